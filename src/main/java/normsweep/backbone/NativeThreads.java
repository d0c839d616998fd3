package normsweep.backbone;

import static org.bytedeco.openblas.global.openblas_nolapack.blas_get_num_threads;
import static org.bytedeco.openblas.global.openblas_nolapack.blas_set_num_threads;

import normsweep.base.Processors;
import normsweep.device.TailEngine;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Holds OpenBLAS and ND4J's operations to the processors of this process. When ND4J loads, it gives
 * them as many threads as the machine has cores, whatever a container allows, or as many as {@code
 * OMP_NUM_THREADS} says, however few processors there are.
 */
final class NativeThreads {
  private NativeThreads() {}

  /** Loads ND4J and lowers what it has set; fewer threads stay fewer. */
  static void bound() {
    if (!TailEngine.runsOnHostThreads()) {
      return; // a GPU's block size goes by the same name
    }
    NativeOps operations = NativeOpsHolder.getInstance().getDeviceNativeOps();
    if (operations.ompGetMaxThreads() > Processors.count()) {
      operations.setOmpNumThreads(Processors.count());
    }
    if (blas_get_num_threads() > Processors.count()) {
      blas_set_num_threads(Processors.count());
    }
  }
}
