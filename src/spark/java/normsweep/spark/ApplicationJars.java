package normsweep.spark;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import normsweep.base.NormSweepException;
import org.apache.spark.SparkConf;

/**
 * What executors need beside Spark: the program's jar and its libraries. The driver sends them to
 * every executor, about 500 MB, unless {@code spark.executor.extraClassPath} names the jar, as it
 * can where all machines have it in the same place.
 */
public final class ApplicationJars {
  /** The folder of the libraries that Spark has not, as the jar's manifest names it. */
  private static final String OWN = "spark/lib/";

  private static final String SENT = "spark.jars";
  private static final String PRESENT = "spark.executor.extraClassPath";

  private ApplicationJars() {}

  /**
   * Adds the jars to those that {@code conf} sends to executors; none for a local master.
   *
   * @throws NormSweepException exit code 2 if the libraries do not lie beside the jar
   */
  public static void addTo(SparkConf conf) {
    addTo(conf, ownJar());
  }

  static void addTo(SparkConf conf, Path jar) {
    String present = conf.get(PRESENT, "");
    if (conf.get("spark.master", "").startsWith("local")
        || present.contains(jar.getFileName().toString())) {
      return;
    }
    Set<String> names = new LinkedHashSet<>();
    List<String> sent = new ArrayList<>();
    for (String given : conf.get(SENT, "").split(",", -1)) {
      if (!given.isBlank() && names.add(name(given))) {
        sent.add(given.strip());
      }
    }
    for (Path file : needed(jar)) {
      if (names.add(file.getFileName().toString())) {
        sent.add(file.toUri().toString());
      }
    }
    conf.set(SENT, String.join(",", sent));
  }

  private static String name(String address) {
    return address.strip().replaceFirst(".*/", "");
  }

  private static List<Path> needed(Path jar) {
    List<Path> files = new ArrayList<>(List.of(jar));
    try (JarFile open = new JarFile(jar.toFile())) {
      String classPath =
          open.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      for (String entry : classPath == null ? new String[0] : classPath.split(" ", -1)) {
        if (entry.startsWith(OWN)) {
          files.add(jar.resolveSibling(entry));
        }
      }
    } catch (IOException e) {
      throw NormSweepException.usage(
          "Cannot read the program's jar " + jar + ": " + e.getMessage());
    }
    for (Path file : files) {
      if (!Files.isRegularFile(file)) {
        throw NormSweepException.usage(
            "The library "
                + file
                + " is missing: keep the folder spark of the build beside "
                + jar.getFileName()
                + ", and submit with --deploy-mode client.");
      }
    }
    return files;
  }

  private static Path ownJar() {
    Path place;
    try {
      place =
          Path.of(
              ApplicationJars.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    if (Files.isDirectory(place)) {
      throw NormSweepException.usage(
          "Executors need the program's jar, but it runs from "
              + place
              + File.separator
              + "; build it with `mvn -Pspark package`.");
    }
    return place;
  }
}
