package normsweep.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ParagraphTest {
  private static final String EPOCH =
      "  epoch  3/15  train loss 0.812 (71.3 %)  validation 0.790 (72.1 %)  3.4 s";

  @Test
  void columnsStayWhole() {
    assertEquals(EPOCH, Paragraph.wrapped(EPOCH, 80));
    assertEquals(
        "  epoch  3/15  train loss 0.812 (71.3 %)\n  validation 0.790 (72.1 %)  3.4 s",
        Paragraph.wrapped(EPOCH, 60));
    assertEquals(
        "  epoch  3/15\n  train loss 0.812\n  (71.3 %)\n  validation 0.790\n  (72.1 %)  3.4 s",
        Paragraph.wrapped(EPOCH, 20));
  }

  @Test
  void wordsStandBelowTheirLabelsText() {
    assertEquals(
        """
          weights:  MobileNetV2 1.0 224 of Keras
                    Applications

        Sweep quick: 6 trials of 15 epochs on
                     2,000 training images\
        """,
        Paragraph.wrapped(
            """
              weights:  MobileNetV2 1.0 224 of Keras Applications

            Sweep quick: 6 trials of 15 epochs on 2,000 training images
            """,
            40));
  }

  @Test
  void longWordsStayWhole() {
    assertEquals(
        """
        saved
        output/quick/trials/layer-norm.clip-none.seed-1/model.zip
        twice\
        """,
        Paragraph.wrapped(
            "saved output/quick/trials/layer-norm.clip-none.seed-1/model.zip twice", 30));
    assertEquals("", Paragraph.wrapped("", 30));
    assertEquals(EPOCH, Paragraph.wrapped(EPOCH, Integer.MAX_VALUE));
  }
}
