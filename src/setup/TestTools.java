import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Sees to the programs that the tests start: installs what is missing where there is apt-get and the
 * right to use it, and otherwise ends with 1 and one sentence. The build runs it before all else.
 */
final class TestTools {
  private static final List<Tool> TOOLS =
      List.of(
          new Tool("chromium", List.of("chromium", "chromium-browser", "google-chrome")),
          new Tool("jupyter-nbconvert", List.of("jupyter-nbconvert")));
  private static final int SECONDS_BETWEEN_LINES = 10;

  /** A Debian package, and the programs any one of which will do. */
  private record Tool(String debianPackage, List<String> programs) {
    boolean installed() {
      return programs.stream().anyMatch(TestTools::onPath);
    }
  }

  private TestTools() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> missing = missing();
    if (missing.isEmpty()) {
      return;
    }
    if (!onPath("apt-get")) {
      refuse(missing, "");
    }
    List<String> rights = rights();
    if (rights == null) {
      refuse(missing, ", as root for instance with apt-get");
    }
    System.out.println("Installing what the tests need: " + String.join(", ", missing));
    Path log = Files.createTempFile("normsweep-apt-get", ".log");
    aptGet(rights, log, List.of("-qq", "update"));
    List<String> install = new ArrayList<>(List.of("-y", "install", "--no-install-recommends"));
    install.addAll(missing);
    aptGet(rights, log, install);
    List<String> left = missing();
    if (!left.isEmpty()) {
      refuse(left, " by hand (apt-get failed: " + lastLine(log) + "; all it said: " + log + ")");
    }
    Files.delete(log);
  }

  private static List<String> missing() {
    return TOOLS.stream()
        .filter(tool -> !tool.installed())
        .map(Tool::debianPackage)
        .collect(Collectors.toList());
  }

  private static boolean onPath(String program) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(
            folder ->
                Files.isExecutable(Path.of(folder, program))
                    || Files.isExecutable(Path.of(folder, program + ".exe")));
  }

  /** What goes before a command that changes the system; null where nobody lets us. */
  private static List<String> rights() throws IOException, InterruptedException {
    Process id = new ProcessBuilder("id", "-u").start();
    if (new String(id.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip().equals("0")) {
      return List.of();
    }
    boolean sudo =
        onPath("sudo")
            && new ProcessBuilder("sudo", "-n", "true")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor()
                == 0;
    return sudo ? List.of("sudo", "-n") : null;
  }

  /** Shows the last line of its output now and then: hundreds of packages take a while. */
  private static void aptGet(List<String> rights, Path log, List<String> arguments)
      throws IOException, InterruptedException {
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
    String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8).strip();
    return text.isEmpty() ? "begins" : text.substring(text.lastIndexOf('\n') + 1).strip();
  }

  private static void refuse(List<String> missing, String how) {
    System.out.println(
        "The tests need " + String.join(" and ", missing) + ": install that" + how + ".");
    System.exit(1);
  }
}
