package normsweep.tail.fused;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasUpper;
import static org.bytedeco.openblas.global.openblas_nolapack.blas_set_num_threads;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_ssyrk;

import normsweep.base.Processors;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Single-precision matrix products on native memory, row-major, by the OpenBLAS that ND4J has
 * loaded. Each product runs on the calling thread alone; {@link Workers} call several at once.
 */
final class Gemm {
  static {
    // ND4J sets OpenBLAS up when its backend loads; what is set before is lost.
    Nd4j.getBackend();
  }

  // What ND4J came up with.
  private static final int OPERATION_THREADS =
      Math.min(
          NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads(),
          Processors.count());
  private static final int MASTER_THREADS =
      Math.min(Nd4j.getEnvironment().maxMasterThreads(), Processors.count());

  private Gemm() {}

  // Setting OpenBLAS's threads costs as much as a small product: done only when it changes.
  private static volatile boolean callingThreadOnly;

  /**
   * Keeps OpenBLAS and libnd4j from threads of their own: those would compete with the workers for
   * the same cores, and wait by spinning. OpenMP's setting holds for the calling thread, the others
   * for the whole process.
   */
  static void useCallingThreadOnly() {
    if (!callingThreadOnly) {
      blas_set_num_threads(1);
      callingThreadOnly = true;
    }
    operationThreads(1, 1);
  }

  private static void operationThreads(int openMp, int master) {
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(openMp);
    Nd4j.getEnvironment().setMaxMasterThreads(master);
  }

  /** Undoes {@link #useCallingThreadOnly} for a stock tail that trains after a fused one. */
  static void useAllCores() {
    blas_set_num_threads(Processors.count());
    callingThreadOnly = false;
    operationThreads(OPERATION_THREADS, MASTER_THREADS);
  }

  /**
   * A part of a row-major matrix.
   *
   * @param first its first value
   * @param rows number of rows
   * @param columns number of columns
   * @param stride values from one row's start to the next's
   */
  record Matrix(FloatPointer first, int rows, int columns, int stride) {
    /** A gapless matrix. */
    static Matrix of(FloatPointer first, int rows, int columns) {
      return new Matrix(first, rows, columns, columns);
    }

    /** Rows {@code from} to {@code to}, exclusive. */
    Matrix rows(int from, int to) {
      return new Matrix(Native.at(first, (long) from * stride), to - from, columns, stride);
    }

    /** Columns {@code from} to {@code to}, exclusive. */
    Matrix columns(int from, int to) {
      return new Matrix(Native.at(first, from), rows, to - from, stride);
    }
  }

  /** z = x·w. */
  static void multiply(Matrix x, Matrix w, Matrix z) {
    gemm(CblasNoTrans, x, w, z, x.columns);
  }

  /** dw = xᵀ·dz. */
  static void multiplyTransposed(Matrix x, Matrix dz, Matrix dw) {
    gemm(CblasTrans, x, dz, dw, x.rows);
  }

  /** sum += xᵀ·x on and above the diagonal; the rest is left as is. */
  static void addGram(Matrix x, Matrix sum) {
    cblas_ssyrk(
        CblasRowMajor,
        CblasUpper,
        CblasTrans,
        x.columns,
        x.rows,
        1f,
        x.first,
        x.stride,
        1f,
        sum.first,
        sum.stride);
  }

  private static void gemm(int transposeA, Matrix a, Matrix b, Matrix c, int inner) {
    if (c.rows == 0 || c.columns == 0) {
      return;
    }
    cblas_sgemm(
        CblasRowMajor,
        transposeA,
        CblasNoTrans,
        c.rows,
        c.columns,
        inner,
        1f,
        a.first,
        a.stride,
        b.first,
        b.stride,
        0f,
        c.first,
        c.stride);
  }
}
