package normsweep.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import normsweep.backbone.WeightsRecord;
import normsweep.base.AtomicFiles;
import normsweep.base.FileTree;
import normsweep.base.Hashes;
import normsweep.base.NativeRuntime;
import normsweep.base.NormSweepException;
import normsweep.base.Processors;
import normsweep.base.ScratchFolder;
import normsweep.data.Caches;
import normsweep.data.Cifar10;
import normsweep.device.DeviceChoice;
import normsweep.device.Engine;
import normsweep.record.SweepFolder;
import normsweep.record.Trial;
import normsweep.sweep.Environment;
import normsweep.sweep.FeatureRange;
import normsweep.sweep.TrialInputs;
import org.apache.commons.io.function.IOFunction;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/**
 * A sweep in an executor: an ordinary sweep's folder in a scratch place, with inputs from the
 * store. It stays open from task to task, because importing the backbone takes seconds. An executor
 * works on one task at a time: libraries that compute have one number of threads for all of a
 * process.
 */
final class ExecutorSession implements AutoCloseable {
  private static ExecutorSession current;

  private final SweepOrder order;
  private final ScratchFolder scratch;
  private final Store store;
  private final Store shared;
  private final TrialInputs inputs;

  private ExecutorSession(SweepOrder order, ScratchFolder scratch) throws IOException {
    this.order = order;
    this.scratch = scratch;
    store = new Store(order.store(), order.hadoop().value());
    shared = new Store(order.shared(), order.hadoop().value());
    System.setProperty(Processors.SHARE, Integer.toString(order.threads()));
    NativeRuntime.configure();
    Engine found = Engine.start(order.gpu() ? DeviceChoice.AUTO : DeviceChoice.CPU);
    Engine engine = order.stock() ? found.stock() : found;
    requireSameBuild(Environment.describe(engine));
    requireSharedStore();
    cifar();
    AtomicFiles.writeString(folder().config(), order.config());
    AtomicFiles.writeString(folder().results(), order.results());
    inputs = TrialInputs.reopen(folder(), Optional.empty(), Optional.of(weights()), engine);
  }

  /**
   * Does some work in the session of a sweep, which is opened if need be.
   *
   * @return what it returns, or that nobody can do it
   */
  static Outcome work(SweepOrder order, IOFunction<ExecutorSession, Outcome> work)
      throws IOException {
    synchronized (ExecutorSession.class) {
      try {
        if (current != null && !current.order.id().equals(order.id())) {
          current.close();
          current = null;
        }
        if (current == null) {
          current = open(order);
        }
        return work.apply(current);
      } catch (NormSweepException e) {
        return Outcome.refused(e);
      }
    }
  }

  private static ExecutorSession open(SweepOrder order) throws IOException {
    ScratchFolder scratch = ScratchFolder.create("normsweep-");
    try {
      return new ExecutorSession(order, scratch);
    } catch (IOException | RuntimeException e) {
      scratch.close();
      throw e;
    }
  }

  /** Who works here, for people. */
  static String worker() {
    TaskContext task = TaskContext.get();
    String executor = SparkEnv.get().executorId();
    return ("driver".equals(executor) ? "the driver" : "executor " + executor)
        + " at "
        + SparkEnv.get().blockManager().blockManagerId().host()
        + (task.attemptNumber() == 0 ? "" : ", attempt " + (task.attemptNumber() + 1));
  }

  private void requireSameBuild(Map<String, String> facts) {
    String build = facts.get("build");
    if (!order.build().equals(build)) {
      throw NormSweepException.usage(
          "NormSweep's jar on "
              + worker()
              + " is "
              + build
              + ", that of the driver is "
              + order.build()
              + "; put the same jar on all machines, or leave it to the driver to send its own.");
    }
  }

  private void requireSharedStore() throws IOException {
    if (!shared.exists(order.weightsKey())) {
      throw NormSweepException.usage(
          "--out is "
              + shared
              + ", which is not the same folder on "
              + worker()
              + "; choose one that all machines share, such as hdfs://HOST/PATH.");
    }
  }

  private void cifar() throws IOException {
    if (shared.exists(SweepOrder.CIFAR)) {
      Optional<Cifar10> cached = Cifar10.cached(Caches.root());
      if (cached.isPresent()) {
        cached.get().close();
      } else {
        shared.get(SweepOrder.CIFAR, Caches.root().resolve("cifar-10").resolve("cifar-10.bin"));
      }
    }
  }

  /** The file that the driver has, if it is here, too; otherwise a copy in the cache. */
  private Path weights() throws IOException {
    Path there = Path.of(order.weights());
    Path name = there.getFileName();
    Path here =
        Caches.root().resolve("inputs").resolve(order.weightsSha256()).resolve(name.toString());
    for (Path file : List.of(there, here)) {
      if (Files.isReadable(file) && Hashes.sha256(file).equals(order.weightsSha256())) {
        return file;
      }
    }
    shared.get(order.weightsKey() + ".json", WeightsRecord.beside(here));
    shared.get(order.weightsKey(), here);
    return here;
  }

  SweepOrder order() {
    return order;
  }

  SweepFolder folder() {
    return new SweepFolder(scratch.root());
  }

  Store store() {
    return store;
  }

  TrialInputs inputs() {
    return inputs;
  }

  /** Computes a range of features and puts it into the store. */
  Outcome compute(FeatureRange range) throws IOException {
    String key = SweepOrder.features(range.name());
    if (shared.exists(key)) {
      return Outcome.done(key);
    }
    long begin = System.nanoTime();
    Path file = scratch.root().resolve("range");
    inputs.compute(range, file);
    FaultPoint.reached(shared, "features", range.name());
    shared.put(file, key);
    Files.delete(file);
    return new Outcome(key, range.images(), (System.nanoTime() - begin) / 1e9, null, null);
  }

  /** Gets the features of a trial from the store, as far as they are not in the cache. */
  void fetchFeatures(Trial trial) throws IOException {
    Path copies = scratch.root().resolve("ranges");
    Files.createDirectories(copies);
    inputs.assemble(trial, range -> shared.fetch(SweepOrder.features(range.name()), copies));
    FileTree.delete(copies);
  }

  @Override
  public void close() {
    inputs.close();
    scratch.close();
  }
}
