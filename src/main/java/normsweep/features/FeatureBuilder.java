package normsweep.features;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import normsweep.backbone.ImageScaling;
import normsweep.base.NormSweepException;

/**
 * Computes the features of one part in one view. While the trunk works on a block of images, one
 * thread draws the next block and another writes the last one; two buffers of each kind go round.
 */
final class FeatureBuilder implements AutoCloseable {
  private static final int BLOCK = FeatureFile.BLOCK_IMAGES;

  private final FeatureKey key;
  private final FeatureFile.Shape shape;
  private final ImageSource source;
  private final FeatureFile.Writer writer;
  private final ExecutorService drawing = Executors.newSingleThreadExecutor(daemon("augmentation"));
  private final ExecutorService writing = Executors.newSingleThreadExecutor(daemon("features"));
  private final byte[][] images = new byte[2][BLOCK * ImageScaling.SOURCE_BYTES];
  private final float[][] features;

  private FeatureBuilder(
      FeatureKey key, FeatureFile.Shape shape, ImageSource source, FeatureFile.Writer writer) {
    this.key = key;
    this.shape = shape;
    this.source = source;
    this.writer = writer;
    features = new float[2][BLOCK * shape.values()];
  }

  private static ThreadFactory daemon(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /**
   * Writes a whole feature file.
   *
   * @param done told the number of images whenever some are done
   */
  static void write(
      Path file,
      FeatureKey key,
      FeatureFile.Shape shape,
      FeatureExtractor trunk,
      ImageSource source,
      LongConsumer done)
      throws IOException {
    try (FeatureFile.Writer writer = new FeatureFile.Writer(file, shape);
        FeatureBuilder builder = new FeatureBuilder(key, shape, source, writer)) {
      builder.run(trunk, done);
      writer.finish(key.sha256());
    }
  }

  private void run(FeatureExtractor trunk, LongConsumer done) throws IOException {
    Future<byte[]> next = drawing.submit(() -> draw(0));
    Future<Void> written = writing.submit(() -> null);
    for (int block = 0; block < shape.blocks(); block++) {
      byte[] drawn = result(next);
      if (block + 1 < shape.blocks()) {
        int following = block + 1;
        next = drawing.submit(() -> draw(following));
      }
      float[] computed = features[block % 2];
      trunk.features(drawn, shape.blockImages(block), computed);
      result(written);
      written = writing.submit(append(block, computed));
      done.accept(shape.blockImages(block));
    }
    result(written);
  }

  private byte[] draw(int block) {
    byte[] target = images[block % 2];
    for (int i = 0; i < shape.blockImages(block); i++) {
      byte[] image = source.image(block * BLOCK + i);
      if (image.length != ImageScaling.SOURCE_BYTES) {
        throw new IllegalArgumentException("an image has " + image.length + " bytes");
      }
      System.arraycopy(image, 0, target, i * image.length, image.length);
    }
    return target;
  }

  private Callable<Void> append(int block, float[] computed) {
    return () -> {
      try {
        writer.append(computed, shape.blockImages(block));
      } catch (ArithmeticException e) {
        throw NormSweepException.failed(
            String.format(
                Locale.ROOT,
                "The frozen trunk gives a %s between images %d and %d of %s, which half precision cannot"
                    + " represent: the weights are unsuitable.",
                e.getMessage(),
                block * BLOCK,
                block * BLOCK + shape.blockImages(block) - 1,
                key.describe()),
            e);
      }
      return null;
    };
  }

  private static <T> T result(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw NormSweepException.failed("Computing features was interrupted.", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException io) {
        throw io;
      }
      if (cause instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      NormSweepException.rethrowError(cause);
      throw new IllegalStateException(cause);
    }
  }

  /** Stops both threads and waits for them, so that the file can be closed. */
  @Override
  public void close() {
    drawing.shutdownNow();
    writing.shutdownNow();
    boolean interrupted = false;
    while (!drawing.isTerminated() || !writing.isTerminated()) {
      try {
        drawing.awaitTermination(1, TimeUnit.MINUTES);
        writing.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
