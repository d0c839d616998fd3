package normsweep.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.Map;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * The line from executors to the driver, which Spark opens as a plugin: it arrives at once, while
 * accumulators wait for the next heartbeat.
 */
public final class DriverLink implements SparkPlugin {
  private static volatile Receiver receiver = message -> "false";
  private static volatile PluginContext executor;

  /** Takes messages in the driver, on any thread. */
  @FunctionalInterface
  interface Receiver {
    /** Returns the answer, if the sender waits for one. */
    String receive(Message message);
  }

  /** Sets who receives messages in this process, the driver. */
  static void receiver(Receiver next) {
    receiver = next;
  }

  /** Tells the driver something from an executor; a message may be lost. */
  static void tell(Message message) throws IOException {
    executor.send(message.text());
  }

  /** Asks the driver whether something is so. */
  static boolean ask(Message message) throws IOException {
    try {
      return "true".equals(executor.ask(message.text()));
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Object receive(Object message) throws JsonProcessingException {
        Message told = Message.of(message);
        String answer = receiver.receive(told);
        return told.kind() == Message.Kind.DUE ? answer : null; // Spark warns of any other answer
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> extra) {
        executor = context;
      }
    };
  }
}
