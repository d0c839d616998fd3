package normsweep.tail.fused;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class ChannelLoopsTest {
  // y itself: scale 1, shift 0
  private static final float[] Y = {
    -1, 0, Float.MIN_VALUE, Float.MIN_NORMAL, 1e-30f, 3, Math.nextDown(6f), 6, 7
  };
  private static final float[] ONE = {1, 1, 1, 1, 1, 1, 1, 1, 1};

  @Test
  void setsWholeBitWhereActive() {
    float bit = 1 << (ActiveSums.POSITIONS_PER_WORD - 1);
    float[] active = new float[Y.length];
    ChannelLoops.pool(Y, ONE, new float[Y.length], new float[Y.length], active, bit, Y.length);
    assertArrayEquals(new float[] {0, 0, bit, bit, bit, bit, bit, 0, 0}, active);
  }

  @Test
  void trainingAndInferenceClampAlike() {
    float[] expected = {
      0, 0, Float.MIN_VALUE, Float.MIN_NORMAL, 1e-30f, 3, Math.nextDown(6f), 6, 6
    };
    float[] training = new float[Y.length];
    ChannelLoops.pool(Y, ONE, new float[Y.length], training, new float[Y.length], 1, Y.length);
    assertArrayEquals(expected, training);
    float[] inference = new float[Y.length];
    ChannelLoops.pool(Y, ONE, new float[Y.length], inference, Y.length);
    assertArrayEquals(expected, inference);
  }
}
