package normsweep.bench;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import normsweep.record.Norm;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/**
 * Everything that {@code bench} measures, also written as JSON by {@code bench --json FILE}.
 *
 * @param date when, ISO 8601
 * @param machine the machine it ran on
 * @param trunk images per second from the bytes of a 32×32 image to features
 * @param tail the tail as trained by sweeps, with a batch-norm head
 * @param heads the same for each head
 * @param stock images per second of the tail of stock layers, with a batch-norm head
 * @param sweep images per second over whole epochs, including validation, checkpoints and files
 * @param memory the memory that the process used
 */
public record BenchReport(
    String date,
    Map<String, String> machine,
    Spread trunk,
    TailSpeed tail,
    Map<Norm, TailSpeed> heads,
    Spread stock,
    Spread sweep,
    Memory memory) {

  /**
   * Repeated measurements of one figure, after a warm-up. In JSON, the figure's plain name is the
   * median; {@code …Min} and {@code …Max} are the extremes.
   *
   * @param median the middle value, or the mean of the two middle values
   */
  public record Spread(
      @JsonIgnore String name,
      @JsonIgnore double median,
      @JsonIgnore double min,
      @JsonIgnore double max) {
    static Spread of(String name, double... runs) {
      DescriptiveStatistics all = new DescriptiveStatistics(runs);
      return new Spread(name, all.getPercentile(50), all.getMin(), all.getMax());
    }

    /** Images per second, where this is the milliseconds of a step. */
    Spread imagesPerSecond(int batchSize) {
      DoubleUnaryOperator rate = millis -> 1000 * batchSize / millis;
      return new Spread(
          "imagesPerSecond",
          rate.applyAsDouble(median),
          rate.applyAsDouble(max),
          rate.applyAsDouble(min));
    }

    @JsonAnyGetter
    Map<String, Double> json() {
      Map<String, Double> json = new LinkedHashMap<>();
      json.put(name, median);
      json.put(name + "Min", min);
      json.put(name + "Max", max);
      return json;
    }
  }

  /**
   * Training steps with head, clipping by global norm and gradient tracking.
   *
   * @param batchSize images per step
   * @param trainImages images per epoch
   * @param gemmMillis its two bare matrix products; null on a GPU
   * @param stepToGemm the median step in multiples of the median of these; null likewise
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record TailSpeed(
      String how,
      int batchSize,
      int trainImages,
      @JsonUnwrapped Spread imagesPerSecond,
      @JsonUnwrapped Spread stepMillis,
      @JsonUnwrapped Spread gemmMillis,
      Double stepToGemm) {}

  /** The largest resident set so far, with mapped files; 0 where the system does not report it. */
  public record Memory(double peakRssMiB) {}
}
