package normsweep.spark;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import normsweep.base.MessageText;
import normsweep.base.NativeRuntime;
import normsweep.base.NormSweepException;
import normsweep.base.Processors;
import normsweep.base.Reason;
import normsweep.record.SweepFolder;
import normsweep.record.TrialResult;
import normsweep.sweep.TrialPool;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.network.util.JavaUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Spark cluster, or threads of this process that Spark uses like one. */
public final class SparkPlace implements TrialPool.Place {
  private static final Logger LOG = LoggerFactory.getLogger(SparkPlace.class);
  private static final Pattern LOCAL =
      Pattern.compile("local(?:\\[(\\*|[1-9]\\d{0,4})(?:,\\s*[1-9]\\d{0,4})?])?");
  private static final Pattern CLUSTER =
      Pattern.compile("spark://([^:/,]+:\\d{1,5}(?:,[^:/,]+:\\d{1,5})*)|yarn|k8s://.+");
  private static final int CONNECT_MILLIS = 10_000;
  private static final String CORES = "spark.task.cpus";
  private static final String MEMORY = "spark.executor.memory";
  private static final String OVERHEAD = "spark.executor.memoryOverhead";

  private final String master;
  private final SparkConf conf;
  private final Optional<Mirror> mirror;
  private final SweepFolder folder;
  private final String root;
  private JavaSparkContext spark;

  /** Finds the engine for {@code run --master}. */
  public static final class Provider implements TrialPool.ClusterProvider {
    @Override
    public TrialPool.Place connect(String master, String out) {
      return SparkPlace.of(master, out);
    }
  }

  private SparkPlace(String master, String out, SparkConf conf) {
    this.master = master;
    this.conf = conf;
    if (SweepFolder.isElsewhere(out) && !out.startsWith("file:")) {
      mirror = Optional.of(Mirror.of(out, this::hadoop));
      folder = mirror.get().folder();
      root = out.replaceFirst("/+$", "");
    } else {
      Path path = out.startsWith("file:") ? Path.of(URI.create(out)) : Path.of(out);
      mirror = Optional.empty();
      folder = new SweepFolder(path);
      root = "file://" + path.toAbsolutePath().normalize().toUri().getRawPath();
    }
  }

  /**
   * A cluster for a sweep, not yet started.
   *
   * @throws NormSweepException exit code 2 if there is no such kind of master, 3 if it does not
   *     answer
   */
  static SparkPlace of(String master, String out) {
    Matcher local = LOCAL.matcher(master);
    Matcher cluster = CLUSTER.matcher(master);
    if (!local.matches() && !cluster.matches()) {
      throw NormSweepException.usage(
          "--master is "
              + master
              + "; it must be local[N], spark://HOST:PORT, yarn or k8s://https://HOST:PORT.");
    }
    if (cluster.matches() && cluster.group(1) != null) {
      requireReachable(master, cluster.group(1));
    }
    SparkConf conf = new SparkConf().setMaster(master).setAppName("NormSweep");
    String threads =
        !local.matches()
            ? conf.get("spark.executor.cores", "1")
            : local.group(1) == null
                ? "1"
                : local.group(1).equals("*")
                    ? Integer.toString(Runtime.getRuntime().availableProcessors())
                    : local.group(1);
    conf.setIfMissing(CORES, threads);
    conf.setIfMissing("spark.executor.cores", conf.get(CORES));
    conf.setIfMissing(MEMORY, "2g");
    conf.setIfMissing(OVERHEAD, "2g");
    conf.setIfMissing("spark.ui.enabled", "false");
    String plugins = conf.get("spark.plugins", "");
    conf.set(
        "spark.plugins", (plugins.isEmpty() ? "" : plugins + ",") + DriverLink.class.getName());
    // Before anything computes in this process.
    System.setProperty(Processors.SHARE, conf.get(CORES));
    NativeRuntime.configure();
    return new SparkPlace(master, out, conf);
  }

  private static void requireReachable(String master, String hosts) {
    String reason = "";
    for (String host : hosts.split(",", -1)) {
      int colon = host.lastIndexOf(':');
      try (Socket socket = new Socket()) {
        InetSocketAddress address =
            new InetSocketAddress(
                host.substring(0, colon), Integer.parseInt(host.substring(colon + 1)));
        if (address.isUnresolved()) {
          throw new IOException("unknown host");
        }
        socket.connect(address, CONNECT_MILLIS);
        return;
      } catch (IOException | IllegalArgumentException e) {
        reason = e.getMessage();
      }
    }
    throw NormSweepException.unavailable(
        "No Spark master answers at "
            + master
            + " ("
            + reason
            + "); start it (sbin/start-master.sh), or correct --master.");
  }

  /** Threads of a trial. */
  int threads() {
    return conf.getInt(CORES, 1);
  }

  /** What the cluster is, in a few words. */
  String describe() {
    int threads = threads();
    return String.format(
        Locale.ROOT,
        "Spark %s at %s, trials of %d %s",
        spark().version(),
        master,
        threads,
        threads == 1 ? "thread" : "threads");
  }

  private boolean local() {
    return LOCAL.matcher(master).matches();
  }

  @Override
  public TrialPool.TrialMemory memory() {
    return local()
        ? TrialPool.TrialMemory.here()
        : new TrialPool.TrialMemory(
            "an executor (" + MEMORY + " and " + OVERHEAD + ") has",
            bytes(MEMORY) + bytes(OVERHEAD));
  }

  private long bytes(String key) {
    try {
      return JavaUtils.byteStringAsBytes(
          conf.get(key).matches("\\d+") ? conf.get(key) + "m" : conf.get(key));
    } catch (NumberFormatException e) {
      throw NormSweepException.usage(
          key + " is " + conf.get(key) + "; give an amount of memory such as 2g.");
    }
  }

  @Override
  public TrialPool open(TrialPool.Sweep sweep) throws IOException {
    return new SparkPool(this, sweep);
  }

  /** The context, which is started when it is first needed. */
  synchronized JavaSparkContext spark() {
    if (spark == null) {
      ApplicationJars.addTo(conf);
      try {
        spark = new JavaSparkContext(conf);
      } catch (RuntimeException e) {
        throw NormSweepException.failed(
            "Spark does not start with --master "
                + master
                + ": "
                + MessageText.of(String.valueOf(e.getMessage()).lines().findFirst().orElse(""))
                + "; see more with --verbose.",
            e);
      }
    }
    return spark;
  }

  /** The folder of the sweep, which that of a sweep that tunes it is a part of. */
  Store store() throws IOException {
    return new Store(root, spark().hadoopConfiguration());
  }

  Store store(SweepFolder of) throws IOException {
    return new Store(storeAddress(of), spark().hadoopConfiguration());
  }

  private Configuration hadoop() {
    return spark().hadoopConfiguration();
  }

  @Override
  public SweepFolder folder() {
    return folder;
  }

  @Override
  public String address() {
    return mirror.isPresent() ? storeAddress(folder) : TrialPool.Place.super.address();
  }

  /** The folder of a sweep, or of the sweep that tunes it, as an address of Hadoop. */
  String storeAddress(SweepFolder of) {
    return of.equals(folder) ? root : root.replaceFirst("/+$", "") + "/tuning";
  }

  @Override
  public void changed(SweepFolder of) throws IOException {
    if (mirror.isPresent()) {
      mirror.get().push();
    }
  }

  @Override
  public void removed(List<String> names) throws IOException {
    if (mirror.isPresent()) {
      mirror.get().remove(names);
    }
  }

  @Override
  public void close() {
    if (spark != null) {
      Configuration hadoop = spark.hadoopConfiguration();
      spark.close();
      clean(hadoop);
    }
    mirror.ifPresent(Mirror::close);
  }

  /** Removes what only executors need, once nothing is left to do. */
  private void clean(Configuration hadoop) {
    try {
      if (Files.exists(folder.results())
          && folder.readResults().trials().stream().allMatch(TrialResult::ended)) {
        Store store = new Store(root, hadoop);
        store.delete(Snapshot.ROOT);
        store.delete("tuning/" + Snapshot.ROOT);
      }
    } catch (IOException | NormSweepException e) {
      LOG.warn("{}/{} can be deleted by hand ({}).", root, Snapshot.ROOT, Reason.of(e));
    }
  }
}
