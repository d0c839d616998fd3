package normsweep.features;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import normsweep.base.NormSweepException;
import normsweep.base.Processors;
import normsweep.base.Progress;

/**
 * Images through the trunk, block by block. Images of the next block are decoded and drawn by other
 * threads while the trunk computes; for CIFAR-10 that and writing take 2 % of its time on two
 * cores. A picture is decoded again for each of its views, because each cuts out another part of
 * the whole picture, and whole pictures would not fit into memory from one view to the next.
 */
final class FeatureBuild {
  private static final int BLOCK = FeatureFile.BLOCK_IMAGES;

  /** From this share of the time on, decoding counts as what limits the rate. */
  private static final double NOTABLE = 0.15;

  private final FeatureExtractor extractor;
  private final IntFunction<byte[]> source;
  private final String what;
  private double waited;

  FeatureBuild(FeatureExtractor extractor, IntFunction<byte[]> source, String what) {
    this.extractor = extractor;
    this.source = source;
    this.what = what;
  }

  /** Takes a block's features. */
  @FunctionalInterface
  interface PackWriter {
    void append(int[] images, float[] features) throws IOException;
  }

  /** Computes the features of these images, in this order, and shows the progress. */
  void run(int[] images, PackWriter writer) throws IOException {
    ExecutorService decoders =
        Executors.newFixedThreadPool(
            Processors.count(),
            task -> {
              Thread thread = new Thread(task, "image decoder");
              thread.setDaemon(true);
              return thread;
            });
    try (Progress progress = Progress.of("Features of " + what, images.length, "images")) {
      float[] features = new float[BLOCK * extractor.valuesPerImage()];
      byte[] drawn = new byte[0];
      List<Future<byte[]>> ahead = begin(decoders, images, 0);
      for (int first = 0; first < images.length; first += BLOCK) {
        int[] block = Arrays.copyOfRange(images, first, Math.min(images.length, first + BLOCK));
        long asked = System.nanoTime();
        for (int i = 0; i < block.length; i++) {
          byte[] image = done(ahead.get(i));
          drawn = i == 0 ? Arrays.copyOf(drawn, BLOCK * image.length) : drawn;
          System.arraycopy(image, 0, drawn, i * image.length, image.length);
        }
        waited += (System.nanoTime() - asked) / 1e9;
        ahead = begin(decoders, images, first + BLOCK);
        extractor.features(drawn, block.length, features);
        append(writer, block, features, first);
        progress.step(block.length);
      }
    } finally {
      decoders.shutdownNow();
    }
  }

  private List<Future<byte[]>> begin(ExecutorService decoders, int[] images, int first) {
    List<Future<byte[]>> block = new ArrayList<>();
    for (int i = first; i < Math.min(images.length, first + BLOCK); i++) {
      int image = images[i];
      Callable<byte[]> decoding = () -> source.apply(image);
      block.add(decoders.submit(decoding));
    }
    return block;
  }

  /** A decoded image. */
  static byte[] done(Future<byte[]> image) {
    try {
      return image.get();
    } catch (ExecutionException e) {
      NormSweepException.rethrowError(e.getCause());
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw NormSweepException.failed("Decoding images was interrupted.", e);
    }
  }

  private void append(PackWriter writer, int[] block, float[] features, int first)
      throws IOException {
    try {
      writer.append(block, features);
    } catch (ArithmeticException e) {
      throw NormSweepException.failed(
          String.format(
              Locale.ROOT,
              "The frozen trunk gives a %s between images %d and %d of %s, which half precision cannot"
                  + " represent: the weights are unsuitable.",
              e.getMessage(),
              first,
              first + block.length - 1,
              what),
          e);
    }
  }

  /** What limited the rate, as the end of a sentence. */
  String limit(double seconds) {
    return waited > NOTABLE * seconds
        ? String.format(
            Locale.ROOT,
            "; for %.0f %% of that time the trunk waited for images to be decoded",
            100 * waited / seconds)
        : "";
  }
}
