package normsweep.spark;

import java.io.Serializable;
import org.apache.spark.util.SerializableConfiguration;

/**
 * What an executor must know of a sweep to work on it.
 *
 * @param id differs for every sweep of every driver
 * @param store address of the sweep's folder, or of the folder of the sweep that tunes it
 * @param shared address of the folder where inputs and features lie
 * @param hadoop how to get there
 * @param config the content of {@code sweep.yaml}
 * @param results a {@code results.json} with the origins of images and weights
 * @param tuning whether the trials tune another sweep
 * @param earlier devices on which trials may have been begun; null if there are none
 * @param build the fingerprint of the driver's jar
 * @param threads threads of a trial
 * @param gpu whether the driver computes on a GPU
 * @param stock whether only stock layers are used
 * @param weights the file of the weights, as the driver names it
 * @param weightsSha256 its digest
 */
record SweepOrder(
    String id,
    String store,
    String shared,
    SerializableConfiguration hadoop,
    String config,
    String results,
    boolean tuning,
    String earlier,
    String build,
    int threads,
    boolean gpu,
    boolean stock,
    String weights,
    String weightsSha256)
    implements Serializable {
  /** CIFAR-10 in the shared folder. */
  static final String CIFAR = Snapshot.ROOT + "/inputs/cifar-10.bin";

  /** Where a range of features lies in the shared folder. */
  static String features(String range) {
    return Snapshot.ROOT + "/features/" + range;
  }

  /** Where the weights lie in the shared folder; a record about them is beside it. */
  String weightsKey() {
    return Snapshot.ROOT + "/inputs/" + weightsSha256 + "/" + weights.replaceFirst(".*[/\\\\]", "");
  }
}
