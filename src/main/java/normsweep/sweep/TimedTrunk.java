package normsweep.sweep;

import java.util.Optional;
import normsweep.model.FeatureExtractor;
import normsweep.model.FrozenTrunk;

/** A frozen trunk that remembers how fast it was. */
final class TimedTrunk implements FeatureExtractor, AutoCloseable {
  private final FrozenTrunk trunk;
  private long images;
  private long nanos;

  TimedTrunk(FrozenTrunk trunk) {
    this.trunk = trunk;
  }

  double requireParity(byte[] source, int n) {
    return trunk.requireParity(source, n);
  }

  @Override
  public int[] featureShape() {
    return trunk.featureShape();
  }

  @Override
  public synchronized void features(byte[] source, int n, float[] out) {
    long begin = System.nanoTime();
    trunk.features(source, n, out);
    nanos += System.nanoTime() - begin;
    images += n;
  }

  /** Images a second over everything computed so far, if anything was. */
  synchronized Optional<Double> imagesPerSecond() {
    return images == 0 ? Optional.empty() : Optional.of(images / (nanos / 1e9));
  }

  @Override
  public void close() {
    trunk.close();
  }
}
