package normsweep.data.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import normsweep.data.Framing.Cut;
import org.junit.jupiter.api.Test;

class ResizeTest {
  @Test
  void plainCutsAreThoseOfTheField() {
    assertEquals(new Cut(48, 16, 224, 224), Resize.CROP.plain().of(320, 256));
    assertEquals(new Cut(0, 0, 320, 256), Resize.STRETCH.plain().of(320, 256));
    assertEquals(new Cut(0, -32, 320, 320), Resize.PAD.plain().of(320, 256));
    assertEquals(320, Resize.PAD.edge(320, 256));
    assertEquals(1, Resize.CROP.edge(1, 1));
  }

  @Test
  void randomCutsHaveAllowedAreasAndShapes() {
    double smallest = 1;
    double largest = 0;
    Random random = new Random(1);
    for (int draw = 0; draw < 2000; draw++) {
      Cut cut = Resize.random(random).of(500, 375);
      double share = cut.width() * (double) cut.height() / (500 * 375);
      double ratio = cut.width() / (double) cut.height();
      assertTrue(share > 0.078 && share <= 1, cut::toString);
      assertTrue(ratio > 0.74 && ratio < 1.35, cut::toString);
      assertTrue(cut.left() >= 0 && cut.left() + cut.width() <= 500, cut::toString);
      assertTrue(cut.top() >= 0 && cut.top() + cut.height() <= 375, cut::toString);
      smallest = Math.min(smallest, share);
      largest = Math.max(largest, share);
    }
    assertTrue(smallest < 0.1 && largest > 0.9, smallest + " to " + largest);
  }

  /** No random rectangle of an allowed shape fits; the middle of the picture does. */
  @Test
  void narrowPicturesAreCutInTheMiddle() {
    assertEquals(new Cut(493, 0, 13, 10), Resize.random(new Random(1)).of(1000, 10));
    assertEquals(new Cut(0, 493, 10, 13), Resize.random(new Random(1)).of(10, 1000));
  }
}
