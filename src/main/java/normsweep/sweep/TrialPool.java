package normsweep.sweep;

import java.io.IOException;
import java.util.List;
import java.util.ServiceLoader;
import normsweep.base.MachineMemory;
import normsweep.base.NormSweepException;
import normsweep.record.SweepConfig;
import normsweep.record.SweepFolder;
import normsweep.record.Trial;
import normsweep.record.TrialResult;

/**
 * Where the trials of a sweep are trained: in this process one after the other, or on a cluster
 * several at once. It decides nothing: which trials are due, and what follows from their results,
 * is the runner's business.
 */
public interface TrialPool extends AutoCloseable {
  /** Computes the features of these trials, and describes their inputs in a few lines. */
  List<String> prepare(List<Trial> trials) throws IOException;

  /** Whether it trains several trials at once. */
  boolean concurrent();

  /**
   * Trains trials until an epoch is complete, and hands the row of each to the follower.
   *
   * @param until the last epoch to train; {@link Integer#MAX_VALUE} for all of them
   * @return whether the follower wanted all of them
   * @throws normsweep.train.StoppedException if the observer asked to stop
   */
  boolean train(List<Trial> trials, int until, Follower follower) throws IOException;

  /** Removes what a trial that has ended would need to be resumed. */
  void discard(String trial) throws IOException;

  @Override
  void close();

  /** Follows trials while they train. All methods but {@link #due} are called by one thread. */
  interface Follower {
    /** Whether a trial may start now; asked once, by any thread. */
    boolean due(Trial trial);

    /** A trial has started, or has completed an epoch. */
    void running(TrialResult row);

    /** A trial has ended or is at its last epoch for now; returns whether others are to train. */
    boolean ended(TrialResult row) throws IOException;
  }

  /**
   * A sweep, or the sweep that tunes it, as a pool sees it.
   *
   * @param config its config
   * @param folder its folder on this machine
   * @param inputs its images and weights
   * @param tuning whether its trials tune another sweep, so that they are not tested and saved
   * @param earlier devices on which trials may have been begun; null if there are none
   * @param observer is told of the trials' progress
   */
  record Sweep(
      SweepConfig config,
      SweepFolder folder,
      TrialInputs inputs,
      boolean tuning,
      String earlier,
      SweepRunner.Observer observer) {}

  /** A machine or cluster on which pools can be opened. */
  interface Place extends AutoCloseable {
    /** This process, with a folder on this machine. */
    static Place here(SweepFolder folder) {
      return new Place() {
        @Override
        public TrialPool open(Sweep sweep) {
          return new LocalPool(sweep);
        }

        @Override
        public TrialMemory memory() {
          return TrialMemory.here();
        }

        @Override
        public SweepFolder folder() {
          return folder;
        }
      };
    }

    /** Opens a pool for a sweep. */
    TrialPool open(Sweep sweep) throws IOException;

    /** The memory that one trial can have. */
    TrialMemory memory();

    /** The sweep's folder on this machine. */
    SweepFolder folder();

    /** Where the sweep's folder is, as users name it. */
    default String address() {
      return folder().root().toString();
    }

    /** Called after the runner has written the results of a sweep. */
    default void changed(SweepFolder of) throws IOException {}

    /** Called after the runner has removed these files and folders of an earlier sweep. */
    default void removed(List<String> names) throws IOException {}

    @Override
    default void close() {}
  }

  /** An engine for clusters, found on the class path. */
  interface ClusterProvider {
    /**
     * Prepares this process for a cluster, before anything computes in it.
     *
     * @param master address of the cluster
     * @param out the sweep's folder: a path, or an address such as {@code hdfs://HOST/PATH}
     * @throws NormSweepException exit code 2 if there is no such kind of address, 3 if nobody
     *     answers there
     */
    Place connect(String master, String out);

    /**
     * Connects by the engine of this build.
     *
     * @throws NormSweepException exit code 2 if it has none, and as {@link #connect}
     */
    static Place find(String master, String out) {
      return ServiceLoader.load(ClusterProvider.class)
          .findFirst()
          .orElseThrow(
              () ->
                  NormSweepException.usage(
                      "--master needs the build with Apache Spark, target/normsweep-spark.jar; make"
                          + " it with `mvn -Pspark package`."))
          .connect(master, out);
    }
  }

  /**
   * Memory for a trial.
   *
   * @param owner who has it, as the start of a sentence that ends with the bytes
   */
  record TrialMemory(String owner, long bytes) {
    /** That of this machine. */
    public static TrialMemory here() {
      return new TrialMemory("this machine or container has", MachineMemory.bytes());
    }
  }
}
