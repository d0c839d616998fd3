package normsweep.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A coverage-guided fuzzing run: Jazzer, in a process of its own, on a class with a method {@code
 * fuzzerTestOneInput(byte[])}. Jazzer's sanitizers are on, so a class that the input names, a path
 * or an address that it reaches is a finding too; the small heap makes a wild allocation one.
 *
 * <p>In a build the run is short and begins with the seeds and the same random numbers. Where the
 * system property {@code fuzz.seconds} is set it takes that long, draws others, and resumes from
 * the corpus of the run before. Everything is written below {@code target/fuzz}.
 */
public final class FuzzProcess {
  private static final String SECONDS = "fuzz.seconds";
  private static final int PATIENCE_SECONDS = 300;
  private static final Pattern STATE =
      Pattern.compile("#(\\d+)\\s+(\\w+)\\s+cov: (\\d+) ft: \\d+ corp: (\\d+)/");
  private static final Pattern EXECUTED = Pattern.compile("stat::number_of_executed_units: (\\d+)");

  private final Class<?> target;
  private final int inputs;
  private final Path folder;
  private final List<String> classPath =
      new ArrayList<>(List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1)));
  private final List<String> options = new ArrayList<>();
  private final List<byte[]> seeds = new ArrayList<>();

  /**
   * What a run printed.
   *
   * @param exitCode 0 if nothing was found
   * @param output all of it but the list of instrumented classes
   */
  public record Outcome(int exitCode, String output) {
    /** Inputs that were tried. */
    public long executions() {
      Matcher matcher = EXECUTED.matcher(output);
      return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    /** Edges that the seeds alone cover, and all inputs in the end. */
    public List<Integer> coverage() {
      return ends(3);
    }

    /** Inputs that covered something new: among the seeds, and in the end. */
    public List<Integer> corpus() {
      return ends(4);
    }

    private List<Integer> ends(int group) {
      List<MatchResult> states =
          STATE.matcher(output).results().filter(state -> !state.group(2).equals("READ")).toList();
      return states.isEmpty()
          ? List.of(0, 0)
          : List.of(
              Integer.parseInt(states.get(0).group(group)),
              Integer.parseInt(states.get(states.size() - 1).group(group)));
    }
  }

  /**
   * A run that has yet to start.
   *
   * @param inputs how many inputs a build tries
   * @param guides patterns of the classes whose branches guide it, such as {@code io.jhdf.**}
   */
  public FuzzProcess(Class<?> target, int inputs, String... guides) {
    this.target = target;
    this.inputs = inputs;
    this.folder = Path.of("target", "fuzz", target.getSimpleName()).toAbsolutePath();
    options.add("--instrumentation_includes=" + String.join(":", guides));
    // The sanitizers watch these and what binds JSON; to watch all classes takes minutes.
    options.add(
        "--custom_hook_includes="
            + String.join(":", guides)
            + ":com.fasterxml.jackson.databind.**");
  }

  /**
   * Leaves all jars but these out, by parts of their names: Jazzer looks into every class of the
   * class path for methods to hook, which takes longer than a short run.
   */
  public FuzzProcess jars(String... parts) {
    List<String> wanted = new ArrayList<>(List.of(parts));
    wanted.add("jazzer");
    classPath.removeIf(
        entry ->
            entry.endsWith(".jar")
                && wanted.stream().noneMatch(Path.of(entry).getFileName().toString()::contains));
    return this;
  }

  /** An input to begin with. */
  public FuzzProcess seed(byte[] input) {
    seeds.add(input.clone());
    return this;
  }

  /** Inputs to begin with. */
  public FuzzProcess seeds(List<byte[]> several) {
    several.forEach(this::seed);
    return this;
  }

  /** Replaces methods, as the {@code MethodHook}s of {@code type} say. */
  public FuzzProcess hooks(Class<?> type) {
    options.add("--custom_hooks=" + type.getName());
    return this;
  }

  /** Words of the format, which the fuzzer would have to guess letter by letter. */
  public FuzzProcess words(List<String> words) throws IOException {
    Files.createDirectories(folder);
    Path dictionary = folder.resolve("words.txt");
    Files.write(
        dictionary,
        words.stream().map(word -> '"' + word.replaceAll("[\\\\\"]", "\\\\$0") + '"').toList());
    options.add("-dict=" + dictionary);
    return this;
  }

  /** Runs it, and fails with the input that did it if something was found. */
  public void findsNothing() throws IOException, InterruptedException {
    Outcome outcome = run();
    assertEquals(0, outcome.exitCode(), outcome::output);
    assertTrue(outcome.executions() > 2L * seeds.size(), outcome::output);
    assertTrue(outcome.coverage().get(0) > 0, "nothing is instrumented: " + outcome.output());
    System.out.printf(
        "%s: %d inputs, edges covered %s, corpus %s%n",
        target.getSimpleName(), outcome.executions(), outcome.coverage(), outcome.corpus());
  }

  /** Runs it to its end. */
  public Outcome run() throws IOException, InterruptedException {
    int seconds = Integer.getInteger(SECONDS, 0);
    boolean goesOn = seconds > 0;
    clear(folder.resolve("seeds"));
    if (!goesOn) {
      clear(folder.resolve("corpus"));
    }
    for (String name : List.of("corpus", "seeds", "tmp")) {
      Files.createDirectories(folder.resolve(name));
    }
    for (int i = 0; i < seeds.size(); i++) {
      Files.write(folder.resolve("seeds").resolve("%03d".formatted(i)), seeds.get(i));
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                // One thread computes, so that runs with equal random numbers are equal.
                "-XX:+UseSerialGC",
                // A short run is over before the second compiler has paid.
                "-XX:TieredStopAtLevel=" + (goesOn ? 4 : 1),
                "-Djava.io.tmpdir=" + folder.resolve("tmp"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.getName(),
                "--reproducer_path=" + folder,
                "-artifact_prefix=" + folder + "/",
                goesOn ? "-max_total_time=" + seconds : "-runs=" + inputs,
                "-seed=" + (goesOn ? 0 : 1),
                "-timeout=60",
                // The largest resident set that libFuzzer sees may be that of the tests' own
                // process,
                // which Linux hands down to a child; the heap's limit does what this one should.
                "-rss_limit_mb=0",
                "-use_value_profile=1",
                "-print_final_stats=1"));
    command.addAll(options);
    command.add(folder.resolve("corpus").toString());
    command.add(folder.resolve("seeds").toString());
    return run(command, seconds + PATIENCE_SECONDS);
  }

  private Outcome run(List<String> command, int limit) throws IOException, InterruptedException {
    Path log = folder.resolve("log.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("CLASSPATH", String.join(File.pathSeparator, classPath));
    Process process = builder.start();
    try {
      process.waitFor(limit, TimeUnit.SECONDS);
    } finally {
      process.destroyForcibly();
    }
    int exitCode = process.waitFor();
    String output = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    return new Outcome(
        exitCode,
        output
            .lines()
            .filter(line -> !line.startsWith("INFO: Instrumented "))
            .collect(Collectors.joining("\n")));
  }

  private static void clear(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.delete(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
