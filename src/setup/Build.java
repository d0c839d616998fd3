import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The README's two builds, from a machine that has a JDK and Maven and nothing else. {@code java
 * src/setup/Build.java} makes the program; {@code java src/setup/Build.java verify} first sees to
 * the programs that the tests start, and tests the build for Apache Spark, too. Both show what
 * Maven downloads, in a line every few seconds, where Maven itself prints two lines per file or
 * nothing.
 */
final class Build {
  private static final int SECONDS_BETWEEN_LINES = 5;

  private Build() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<List<String>> builds = List.of(List.of("-DskipTests", "package"));
    if (arguments.length == 1 && arguments[0].equals("verify")) {
      new TestTools().install();
      builds = List.of(List.of("verify"), List.of("-Pspark", "verify"));
    } else if (arguments.length > 0) {
      refuse("Give no argument to make the program, or 'verify' to test it.");
    }
    String maven = File.separatorChar == '\\' ? "mvn.cmd" : "mvn";
    if (!onPath(maven)) {
      refuse("The program " + maven + " is not on the PATH: install Maven 3.8 or newer.");
    }
    int exitCode = 0;
    for (List<String> goals : builds) {
      List<String> command = new ArrayList<>(List.of(maven, "-B"));
      command.addAll(goals);
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      new Downloads().pass(process);
      exitCode = Math.max(exitCode, process.waitFor());
    }
    System.exit(exitCode);
  }

  private static boolean onPath(String program) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static void refuse(String sentence) {
    System.err.println(sentence);
    System.exit(2);
  }

  /** Passes Maven's lines on, those about single downloads excepted: of these it prints the sum. */
  private static final class Downloads {
    private static final Pattern BEGUN = Pattern.compile("Downloading from \\S+: (\\S+)");
    private static final Pattern DONE =
        Pattern.compile("Downloaded from \\S+: (\\S+) \\(([\\d.,]+) ([kMG]?B)");

    private final Set<String> running = new LinkedHashSet<>();
    private double megabytes;
    private int files;
    private int shown;

    void pass(Process maven) throws IOException {
      Thread ticker = new Thread(this::tick, "downloads");
      ticker.setDaemon(true);
      ticker.start();
      try (BufferedReader lines = maven.inputReader(Charset.defaultCharset())) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          take(line);
        }
      }
      running.clear();
      show();
    }

    private synchronized void take(String line) {
      Matcher begun = BEGUN.matcher(line);
      Matcher done = DONE.matcher(line);
      if (begun.find()) {
        running.add(begun.group(1));
      } else if (done.find()) {
        running.remove(done.group(1));
        files++;
        double size = Double.parseDouble(done.group(2).replace(',', '.'));
        megabytes +=
            size
                * switch (done.group(3)) {
                  case "GB" -> 1e3;
                  case "MB" -> 1;
                  case "kB" -> 1e-3;
                  default -> 1e-6;
                };
      } else {
        running.clear(); // what was asked of one repository and found in another
        System.out.println(line);
      }
    }

    private void tick() {
      try {
        while (true) {
          TimeUnit.SECONDS.sleep(SECONDS_BETWEEN_LINES);
          show();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private synchronized void show() {
      if (files == shown && running.isEmpty()) {
        return;
      }
      String now = "";
      for (String address : running) {
        now = ", now " + address.substring(address.lastIndexOf('/') + 1);
      }
      shown = files;
      System.out.printf(
          Locale.ROOT, "Maven has downloaded %d files, %.0f MB%s%n", files, megabytes, now);
    }
  }

  /**
   * The programs that the tests start; installed where there is apt-get and the right to use it.
   */
  private static final class TestTools {
    /** Debian's name of each, and the programs any one of which will do. */
    private record Tool(String name, List<String> programs) {}

    private static final List<Tool> TOOLS =
        List.of(
            new Tool("chromium", List.of("chromium", "chromium-browser", "google-chrome")),
            new Tool("jupyter-nbconvert", List.of("jupyter-nbconvert")),
            new Tool("npm", List.of("npm")));

    private final List<String> rights = new ArrayList<>();

    void install() throws IOException, InterruptedException {
      List<String> missing = missing();
      if (missing.isEmpty()) {
        return;
      }
      if (!onPath("apt-get") || !mayInstall()) {
        refuse(
            "The tests need programs that are not on the PATH: install %s, then run the same command again."
                .formatted(String.join(", ", missing)));
      }
      System.out.println("Installing what the tests need: " + String.join(", ", missing));
      Path log = Files.createTempFile("normsweep-apt-get", ".log");
      aptGet(log, List.of("update"));
      List<String> install = new ArrayList<>(List.of("-y", "install", "--no-install-recommends"));
      install.addAll(missing);
      aptGet(log, install);
      if (!missing().isEmpty()) {
        refuse(
            "apt-get did not install %s (%s; the rest is in %s): install that by hand, then run the same command again."
                .formatted(String.join(", ", missing()), lastLine(log), log));
      }
      Files.delete(log);
    }

    private static List<String> missing() {
      return TOOLS.stream()
          .filter(tool -> tool.programs().stream().noneMatch(Build::onPath))
          .map(Tool::name)
          .toList();
    }

    private boolean mayInstall() throws IOException, InterruptedException {
      Process id = new ProcessBuilder("id", "-u").start();
      String user = new String(id.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (user.strip().equals("0")) {
        return true;
      }
      rights.addAll(List.of("sudo", "-n"));
      return onPath("sudo") && new ProcessBuilder("sudo", "-n", "true").start().waitFor() == 0;
    }

    private void aptGet(Path log, List<String> arguments) throws IOException, InterruptedException {
      List<String> command = new ArrayList<>(rights);
      command.addAll(List.of("env", "DEBIAN_FRONTEND=noninteractive", "apt-get"));
      command.addAll(arguments);
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      process.getOutputStream().close();
      while (!process.waitFor(SECONDS_BETWEEN_LINES, TimeUnit.SECONDS)) {
        System.out.println("apt-get: " + lastLine(log));
      }
    }

    private static String lastLine(Path log) throws IOException {
      String text = new String(Files.readAllBytes(log), Charset.defaultCharset()).strip();
      return text.substring(text.lastIndexOf('\n') + 1).strip();
    }
  }
}
