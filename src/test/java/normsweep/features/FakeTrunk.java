package normsweep.features;

import java.nio.file.Path;
import normsweep.backbone.ImageScaling;
import normsweep.base.HalfPrecision;

/** An extractor that costs nothing and whose features can be worked out from the image. */
public final class FakeTrunk implements FeatureExtractor {
  public static final int VALUES = 24;
  public static final int IMAGES = 3 * FeatureFile.BLOCK_IMAGES + 5;

  int computed;

  @Override
  public int[] featureShape() {
    return new int[] {2, 3, 4};
  }

  @Override
  public void features(byte[] images, int n, float[] out) {
    computed += n;
    for (int image = 0; image < n; image++) {
      for (int value = 0; value < VALUES; value++) {
        out[image * VALUES + value] = images[image * ImageScaling.SOURCE_BYTES + value] / 7f;
      }
    }
  }

  public static byte[] image(int position) {
    byte[] image = new byte[ImageScaling.SOURCE_BYTES];
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) (position * 31 + i * 5);
    }
    return image;
  }

  public static float expected(int position, int value) {
    return HalfPrecision.toFloat(HalfPrecision.fromFloat(image(position)[value] / 7f));
  }

  public static FeatureKey key() {
    return FeatureKey.of("weights", "Conv_1", "data", "train", new int[] {IMAGES});
  }

  /**
   * A process that computes features: arguments are the folder and the milliseconds an image takes.
   * It prints how many it computed itself.
   */
  public static void main(String[] arguments) {
    FakeTrunk trunk = new FakeTrunk();
    long millis = Long.parseLong(arguments[1]);
    FeatureCache.open(Path.of(arguments[0]), () -> trunk)
        .store(
            key(),
            IMAGES,
            position -> {
              try {
                Thread.sleep(millis);
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return image(position);
            });
    System.out.println("computed " + trunk.computed);
  }
}
