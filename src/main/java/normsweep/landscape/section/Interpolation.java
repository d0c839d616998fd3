package normsweep.landscape.section;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import normsweep.record.Named;

/**
 * Loss and accuracy on the straight line between the trained parameters of two trials of one
 * architecture, θ(α) = (1 − α)·θ₀ + α·θ₁ (Frankle, Dziugaite, Roy &amp; Carbin 2020, <i>Linear Mode
 * Connectivity and the Lottery Ticket Hypothesis</i>): head and trainable block, in inference mode.
 * Batch-norm statistics are those of the training images at every α, both ends included ({@link
 * RunningStatistics}), so an end is not exactly the saved model.
 *
 * @param kind how the trials differ
 * @param from id of the trial at α = 0
 * @param to id of the trial at α = 1
 * @param key digest of everything the figures depend on
 * @param alpha the points, from 0 to 1
 * @param training on training images as they are, not augmented
 * @param validation on validation images, not augmented either
 */
public record Interpolation(
    Between kind,
    String from,
    String to,
    String key,
    double[] alpha,
    Profile training,
    Profile validation) {

  /** How the ends of a line differ. */
  public enum Between implements Named {
    /** Without clipping at α = 0, with it at α = 1; one seed. */
    CLIP("clip"),
    /** One seed and the next; one clipping choice. */
    SEED("seed");

    private final String id;

    Between(String id) {
      this.id = id;
    }

    @Override
    public String id() {
      return id;
    }

    /** The kind of an {@link #id()}. */
    @JsonCreator
    public static Between of(String id) {
      return Named.of(values(), id);
    }
  }

  /**
   * What a set of images gives at every α.
   *
   * @param images how many
   * @param loss mean cross-entropies
   * @param accuracy shares of correct predictions
   */
  public record Profile(int images, double[] loss, double[] accuracy) {

    /**
     * The height of the loss above the line that joins its ends: max over α of L(α) − (1 − α)·L(0)
     * − α·L(1); 0 if it is never above.
     */
    double barrier(double[] alpha) {
      int last = alpha.length - 1;
      return IntStream.rangeClosed(0, last)
          .mapToDouble(i -> loss[i] - (1 - alpha[i]) * loss[0] - alpha[i] * loss[last])
          .max()
          .orElseThrow();
    }

    /** The largest fall of the accuracy below the line that joins its ends. */
    double dip(double[] alpha) {
      int last = alpha.length - 1;
      return IntStream.rangeClosed(0, last)
          .mapToDouble(i -> (1 - alpha[i]) * accuracy[0] + alpha[i] * accuracy[last] - accuracy[i])
          .max()
          .orElseThrow();
    }

    private boolean fits(int points) {
      return loss != null && accuracy != null && loss.length == points && accuracy.length == points;
    }
  }

  /** The loss barrier on training images, in nats. */
  public double barrier() {
    return training.barrier(alpha);
  }

  /** The loss barrier on validation images, in nats. */
  public double validationBarrier() {
    return validation.barrier(alpha);
  }

  /** The largest fall of the validation accuracy below the line between the ends. */
  public double accuracyDip() {
    return validation.dip(alpha);
  }

  private boolean whole() {
    return Stream.of(kind, from, to, key, alpha, training, validation).allMatch(Objects::nonNull)
        && alpha.length > 1
        && training.fits(alpha.length)
        && validation.fits(alpha.length);
  }

  /**
   * {@code interpolation.json} of a sweep.
   *
   * @param schema version of this format, {@value #SCHEMA}
   * @param lines the lines, in the order of the trials
   */
  public record SweepLines(int schema, List<Interpolation> lines) {
    /** The version of the format that this program writes. */
    public static final int SCHEMA = 1;

    /** Copies the list. */
    public SweepLines {
      lines = lines.stream().filter(Objects::nonNull).toList();
    }

    /** What is invalid about this file, if anything. */
    Optional<String> fault() {
      if (schema != SCHEMA) {
        return Optional.of("it is of schema " + schema + ", not " + SCHEMA);
      }
      return lines.stream().allMatch(Interpolation::whole)
          ? Optional.empty()
          : Optional.of("a line is incomplete");
    }
  }
}
