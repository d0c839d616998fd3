package normsweep.record;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.OptBoolean;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * {@code results.json}: the inputs of a sweep and the outcome of each trial.
 *
 * @param schema version of this format, {@value #SCHEMA}
 * @param sweep the sweep's name
 * @param weights the backbone's weights; null until they are known
 * @param data the images; null until they are known
 * @param environment versions and machine, by name
 * @param trials one row per trial, in the grid's order
 */
public record SweepResults(
    int schema,
    String sweep,
    WeightsOrigin weights,
    DataOrigin data,
    Map<String, String> environment,
    List<TrialResult> trials) {
  /** The version of the format that this program writes. */
  public static final int SCHEMA = 1;

  /** Copies the collections. */
  public SweepResults {
    environment =
        environment == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(environment));
    trials = List.copyOf(trials);
  }

  /**
   * Where the weights come from.
   *
   * @param name architecture and file
   * @param source path or address
   * @param pretrainedOn data set of the pretraining
   * @param format format and exporter of the file; empty in results of versions that read only HDF5
   * @param form how its network computes, as one line; empty likewise
   */
  public record WeightsOrigin(
      String name, String source, String sha256, String pretrainedOn, String format, String form) {
    /** Takes what is missing for empty. */
    public WeightsOrigin {
      format = Objects.requireNonNullElse(format, "");
      form = Objects.requireNonNullElse(form, "");
    }

    /** Reads results of every version: as a record, JSON would have to name all components. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static WeightsOrigin read(Map<String, String> json) {
      for (String key : List.of("name", "source", "sha256", "pretrainedOn")) {
        if (json.get(key) == null) {
          throw new IllegalArgumentException("its weights lack " + key);
        }
      }
      return new WeightsOrigin(
          json.get("name"),
          json.get("source"),
          json.get("sha256"),
          json.get("pretrainedOn"),
          json.get("format"),
          json.get("form"));
    }
  }

  /**
   * Where the images come from, and how many make up each part.
   *
   * @param source a path or an address
   * @param name the data set's name; null for CIFAR-10
   * @param classes names of the classes by label; null for those of CIFAR-10
   */
  public record DataOrigin(
      String source,
      String sha256,
      int train,
      int validation,
      int test,
      @JsonInclude(JsonInclude.Include.NON_NULL)
          @JacksonInject(value = "name", useInput = OptBoolean.TRUE, optional = OptBoolean.TRUE)
          String name,
      @JsonInclude(JsonInclude.Include.NON_NULL)
          @JacksonInject(value = "classes", useInput = OptBoolean.TRUE, optional = OptBoolean.TRUE)
          List<String> classes) {
    /** Names of the ten classes of CIFAR-10, by label. */
    public static final List<String> CIFAR_10 =
        List.of(
            "airplane",
            "automobile",
            "bird",
            "cat",
            "deer",
            "dog",
            "frog",
            "horse",
            "ship",
            "truck");

    /** CIFAR-10. */
    public DataOrigin(String source, String sha256, int train, int validation, int test) {
      this(source, sha256, train, validation, test, null, null);
    }

    /** Whether these are the images of CIFAR-10. */
    public boolean cifar10() {
      return classes == null;
    }

    /** The data set's name. */
    public String title() {
      return cifar10() ? "CIFAR-10" : name;
    }

    /** Names of the classes, by label. */
    public List<String> labels() {
      return cifar10() ? CIFAR_10 : classes;
    }
  }

  /** The images as they are described; those of CIFAR-10 before any are known. */
  public DataOrigin images() {
    return data == null ? new DataOrigin("", "", 0, 0, 0) : data;
  }

  /**
   * Returns what this program could not have written, if anything. A trial's id is also the name of
   * its folder, so an id that differs from the name of its grid cell could point anywhere.
   */
  Optional<String> fault() {
    if (schema != SCHEMA) {
      return Optional.of("it is of schema " + schema + ", not " + SCHEMA);
    }
    if (sweep == null || trials.isEmpty()) {
      return Optional.of("it has no sweep or no trials");
    }
    if ((weights != null && weights.sha256() == null) || (data != null && data.sha256() == null)) {
      return Optional.of("it has weights or data without a SHA-256");
    }
    Set<String> ids = new HashSet<>();
    for (TrialResult row : trials) {
      Optional<String> fault = row.fault();
      if (fault.isPresent()) {
        return fault;
      }
      if (!ids.add(row.id())) {
        return Optional.of("it has the trial " + row.id() + " twice");
      }
    }
    return Optional.empty();
  }

  /** The row of a trial, if the sweep has it. */
  public Optional<TrialResult> trial(String id) {
    return trials.stream().filter(trial -> trial.id().equals(id)).findFirst();
  }

  /**
   * These results as they are now: a trial that a file calls running is interrupted if no process
   * trains it any more.
   *
   * @param written whether some process writes to the sweep's folder
   */
  public SweepResults now(boolean written) {
    return of(trials.stream().map(row -> row.now(written)).toList());
  }

  /** These results with one row replaced. */
  public SweepResults with(TrialResult row) {
    List<TrialResult> rows =
        trials.stream().map(old -> old.id().equals(row.id()) ? row : old).toList();
    return new SweepResults(schema, sweep, weights, data, environment, rows);
  }

  /** These results with another environment. */
  public SweepResults with(Map<String, String> newEnvironment) {
    return new SweepResults(schema, sweep, weights, data, newEnvironment, trials);
  }

  /** These results with their origins filled in. */
  public SweepResults with(WeightsOrigin newWeights, DataOrigin newData) {
    return new SweepResults(schema, sweep, newWeights, newData, environment, trials);
  }

  /** These results with other rows. */
  public SweepResults of(List<TrialResult> rows) {
    return new SweepResults(schema, sweep, weights, data, environment, rows);
  }

  /** These results with only some of the trials, which use these parts of the images. */
  public SweepResults of(List<TrialResult> some, DataSettings parts) {
    DataOrigin own =
        data == null
            ? null
            : new DataOrigin(
                data.source,
                data.sha256,
                parts.train(),
                parts.validation(),
                parts.test(),
                data.name,
                data.classes);
    return new SweepResults(schema, sweep, weights, own, environment, some);
  }
}
