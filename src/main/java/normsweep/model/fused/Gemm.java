package normsweep.model.fused;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.blas_set_num_threads;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_saxpy;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Single-precision matrix products on native memory, row-major, by the OpenBLAS that ND4J has
 * loaded. Each product runs on the calling thread alone; {@link Lanes} call several at once.
 */
final class Gemm {
  static {
    // ND4J sets OpenBLAS up when its backend loads; what is set before is lost.
    Nd4j.getBackend();
  }

  private Gemm() {}

  /**
   * Keeps OpenBLAS from threads of its own, for the whole process: its pool and the lanes would
   * compete for the same cores.
   */
  static void useCallingThreadOnly() {
    blas_set_num_threads(1);
  }

  /**
   * z = x·w.
   *
   * @param x rows × inner
   * @param w inner × columns
   * @param z rows × columns, overwritten
   */
  static void multiply(
      FloatPointer x, FloatPointer w, FloatPointer z, int rows, int inner, int columns) {
    cblas_sgemm(
        CblasRowMajor,
        CblasNoTrans,
        CblasNoTrans,
        rows,
        columns,
        inner,
        1f,
        x,
        inner,
        w,
        columns,
        0f,
        z,
        columns);
  }

  /**
   * dw = xᵀ·dz, or dw + xᵀ·dz.
   *
   * @param x rows × inner
   * @param dz rows × columns
   * @param dw inner × columns
   */
  static void multiplyTransposed(
      FloatPointer x,
      FloatPointer dz,
      FloatPointer dw,
      int rows,
      int inner,
      int columns,
      boolean add) {
    cblas_sgemm(
        CblasRowMajor,
        CblasTrans,
        CblasNoTrans,
        inner,
        columns,
        rows,
        1f,
        x,
        inner,
        dz,
        columns,
        add ? 1f : 0f,
        dw,
        columns);
  }

  /** y = y + x, {@code length} values. */
  static void add(FloatPointer x, FloatPointer y, int length) {
    cblas_saxpy(length, 1f, x, 1, y, 1);
  }
}
