package normsweep.tail.fused;

import org.bytedeco.javacpp.FloatPointer;

/**
 * Shape of one batch before a {@link FusedBlock}.
 *
 * @param images number of images
 * @param positions positions of a map
 * @param inputs channels in
 * @param channels channels out
 */
record FusedBatch(int images, int positions, int inputs, int channels) {
  int mapSize() {
    return positions * channels;
  }

  /** Over how many values a channel's moments go. */
  double count() {
    return (double) images * positions;
  }

  /** The features of some images as a matrix, one row for every image and position. */
  Gemm.Matrix features(FloatPointer all, int fromImage, int toImage) {
    return rows(all, inputs, fromImage, toImage);
  }

  /** The z of some images as a matrix, one row for every image and position. */
  Gemm.Matrix outputs(FloatPointer all, int fromImage, int toImage) {
    return rows(all, channels, fromImage, toImage);
  }

  private Gemm.Matrix rows(FloatPointer all, int columns, int fromImage, int toImage) {
    return Gemm.Matrix.of(all, images * positions, columns)
        .rows(fromImage * positions, toImage * positions);
  }
}
