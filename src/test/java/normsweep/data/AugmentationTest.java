package normsweep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import normsweep.base.NormSweepException;
import org.datavec.image.data.ImageWritable;
import org.junit.jupiter.api.Test;

class AugmentationTest {
  /** No two pixels of a plane are equal nearby and none is zero, so that a shift is found again. */
  private static final byte[] IMAGE = image();

  @Test
  void drawsShiftedAndMirroredImages() {
    Augmentation augmentation = Augmentation.of(4, true, 17);
    Map<String, Integer> seen = new HashMap<>();
    for (int index = 0; index < 2000; index++) {
      byte[] drawn = augmentation.draw(IMAGE, 0, index);
      seen.merge(placement(drawn, 4), 1, Integer::sum);
    }
    // 9 x 9 shifts, mirrored or not: 162 equally likely draws, about 12 of each.
    assertEquals(162, seen.size());
    assertTrue(seen.values().stream().allMatch(count -> count < 40), seen::toString);
    int mirrored =
        seen.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith("mirrored"))
            .mapToInt(Map.Entry::getValue)
            .sum();
    // Binomial(2000, 1/2) has a standard deviation of 22.
    assertEquals(1000, mirrored, 5 * 22);
  }

  @Test
  void drawDependsOnSeedViewIndex() {
    Augmentation augmentation = Augmentation.of(4, true, 17);
    byte[][] inOrder =
        IntStream.range(0, 200)
            .mapToObj(i -> augmentation.draw(IMAGE, 3, i))
            .toArray(byte[][]::new);
    byte[][] parallelOnAnother =
        IntStream.range(0, 200)
            .parallel()
            .mapToObj(i -> Augmentation.of(4, true, 17).draw(IMAGE, 3, 199 - i))
            .toArray(byte[][]::new);
    for (int i = 0; i < 200; i++) {
      assertArrayEquals(inOrder[i], parallelOnAnother[199 - i]);
    }
    assertTrue(differing(i -> augmentation.draw(IMAGE, 4, i), inOrder) > 180);
    Augmentation other = Augmentation.of(4, true, 18);
    assertTrue(differing(i -> other.draw(IMAGE, 3, i), inOrder) > 180);
  }

  @Test
  void sharedTransformsStandManyThreads() {
    Augmentation augmentation = Augmentation.of(4, true, 17);
    byte[][] alone =
        IntStream.range(0, 5000)
            .mapToObj(i -> augmentation.draw(IMAGE, 0, i))
            .toArray(byte[][]::new);
    assertTrue(
        IntStream.range(0, 5000)
            .parallel()
            .allMatch(i -> Arrays.equals(alone[i], augmentation.draw(IMAGE, 0, i))));
  }

  @Test
  void mirroringTwiceGivesTheImage() {
    Augmentation.Flip flip = new Augmentation.Flip();
    ImageWritable once = flip.transform(new ImageWritable(Frames.ofPlanes(IMAGE)));
    assertFalse(Arrays.equals(IMAGE, Frames.planes(once.getFrame())));
    assertArrayEquals(IMAGE, Frames.planes(flip.transform(once).getFrame()));
  }

  @Test
  void theMiddleCropGivesTheImage() {
    Augmentation.PaddedCrop crop = new Augmentation.PaddedCrop(4);
    ImageWritable middle = crop.transform(new ImageWritable(Frames.ofPlanes(IMAGE)));
    assertArrayEquals(IMAGE, Frames.planes(middle.getFrame()));
  }

  @Test
  void largestPaddingStaysWithinImage() {
    Augmentation augmentation = Augmentation.of(31, false, 1);
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      byte[] drawn = augmentation.draw(IMAGE, random.nextInt(9), i);
      assertTrue(placement(drawn, 31).startsWith("shifted"));
    }
  }

  @Test
  void originalIsNeverChanged() {
    byte[] before = IMAGE.clone();
    byte[] drawn = Augmentation.of(0, false, 9).draw(IMAGE, 1, 2);
    assertArrayEquals(IMAGE, drawn);
    assertNotSame(IMAGE, drawn);
    Augmentation.of(4, true, 9).draw(IMAGE, 1, 2);
    assertArrayEquals(before, IMAGE);
  }

  @Test
  void refusesPaddingOutOfRange() {
    for (int padding : new int[] {-1, 32}) {
      NormSweepException e =
          assertThrows(NormSweepException.class, () -> Augmentation.of(padding, true, 1));
      assertTrue(e.getMessage().startsWith("data.padding is " + padding), e.getMessage());
    }
  }

  /** Which shift of the image, mirrored or not, {@code drawn} is; fails if it is none. */
  private static String placement(byte[] drawn, int padding) {
    for (int down = -padding; down <= padding; down++) {
      for (int right = -padding; right <= padding; right++) {
        byte[] shifted = shifted(IMAGE, down, right);
        if (Arrays.equals(shifted, drawn)) {
          return "shifted " + down + " " + right;
        }
        if (Arrays.equals(mirrored(shifted), drawn)) {
          return "mirrored " + down + " " + right;
        }
      }
    }
    throw new AssertionError("the draw is no shift of the image");
  }

  private static byte[] shifted(byte[] image, int down, int right) {
    byte[] shifted = new byte[image.length];
    for (int i = 0; i < image.length; i++) {
      int y = i / 32 % 32 - down;
      int x = i % 32 - right;
      boolean inside = y >= 0 && y < 32 && x >= 0 && x < 32;
      shifted[i] = inside ? image[i / 1024 * 1024 + y * 32 + x] : 0;
    }
    return shifted;
  }

  private static byte[] mirrored(byte[] image) {
    byte[] mirrored = new byte[image.length];
    for (int i = 0; i < image.length; i++) {
      mirrored[i] = image[i / 32 * 32 + 31 - i % 32];
    }
    return mirrored;
  }

  private static long differing(IntFunction<byte[]> draw, byte[][] others) {
    return IntStream.range(0, others.length)
        .filter(i -> !Arrays.equals(others[i], draw.apply(i)))
        .count();
  }

  private static byte[] image() {
    byte[] image = new byte[3072];
    new Random(4).nextBytes(image);
    for (int i = 0; i < image.length; i++) {
      image[i] |= 1;
    }
    return image;
  }
}
