package normsweep.spark;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import normsweep.base.NativeRuntime;
import normsweep.record.SweepYaml;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.nd4j.linalg.factory.Nd4j;

/** A job whose tasks use native code and the libraries that Spark has in a version of its own. */
public final class HelloJob {
  private HelloJob() {}

  /** Prints one line for each of two tasks; the argument is a sweep's file. */
  public static void main(String[] arguments) {
    SparkConf conf = new SparkConf().setAppName("hello").set("spark.ui.enabled", "false");
    ApplicationJars.addTo(conf);
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      spark
          .parallelize(List.of(arguments[0], arguments[0]), 2)
          .map(new Hello())
          .collect()
          .forEach(System.out::println);
    }
  }

  /** Reads the sweep with Jackson and adds up its epochs with ND4J. */
  private static final class Hello implements Function<String, String>, Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public String call(String sweep) {
      NativeRuntime.configure();
      int epochs = SweepYaml.read(Path.of(sweep), List.of()).training().epochs();
      return "task "
          + TaskContext.getPartitionId()
          + ": "
          + Nd4j.valueArrayOf(2, 3, (double) epochs).sumNumber().intValue();
    }
  }
}
