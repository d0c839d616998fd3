package normsweep.audit;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import normsweep.record.Records;

/**
 * Lists the known vulnerabilities of what the program ships with: the components of the SBOM, and
 * those that jars among them carry relocated. Two sources are asked: the list that lies beside this
 * class, always; and the OSV database, where it can be reached within ten seconds.
 *
 * <p>{@code mvn -Paudit -DskipTests verify} runs it. It fails when the SBOM leaves out a jar that
 * is shipped, when the list knows of a vulnerability that nobody has judged, and when a judgement
 * is about something that is not shipped any more.
 */
public final class DependencyAudit {
  private static final URI OSV = URI.create("https://api.osv.dev");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Path LISTS = Path.of("src", "test", "resources", "normsweep", "audit");

  /**
   * Something shipped.
   *
   * @param id group and artifact, a colon between
   * @param version its version
   * @param inside the component whose jar carries it relocated; empty if it has a jar of its own
   */
  record Component(String id, String version, String inside) {}

  /**
   * A known vulnerability.
   *
   * @param component group and artifact
   * @param fixed first version without it; null if there is none
   * @param advisory its name
   */
  @JsonPropertyOrder({"component", "fixed", "advisory"})
  record Advisory(String component, String fixed, String advisory) {}

  /**
   * A vulnerability that cannot be reached here.
   *
   * @param component group and artifact
   * @param inside see {@link Component}; null if it has a jar of its own
   * @param advisory its name
   * @param why why it cannot be reached
   */
  @JsonPropertyOrder({"component", "inside", "advisory", "why"})
  record Accepted(String component, String inside, String advisory, String why) {}

  /**
   * A vulnerability of something shipped.
   *
   * @param component what has it
   * @param advisory its name
   */
  record Finding(Component component, String advisory) {
    @Override
    public String toString() {
      String where = component.inside.isEmpty() ? "" : " inside " + component.inside;
      return component.id + " " + component.version + where + ": " + advisory;
    }
  }

  private DependencyAudit() {}

  /** Prints what is known; the arguments are the SBOM and the program's jar. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path bom = Path.of(args[0]);
    Path program = Path.of(args[1]);
    if (!Files.exists(bom)) {
      System.out.println("The audit was skipped: Maven makes " + bom + " only when it is online.");
      return;
    }
    List<Path> jars = classPath(program);
    List<Component> components = components(bom, jars);
    report(components, OSV, System.out);
    List<String> names = jars.stream().map(jar -> jar.getFileName().toString()).toList();
    List<String> objections = objections(components, names, accepted());
    if (!objections.isEmpty()) {
      throw new IllegalStateException(String.join("; ", objections));
    }
  }

  static void report(List<Component> components, URI database, PrintStream out)
      throws InterruptedException {
    List<Accepted> accepted = accepted();
    out.printf(
        "Known vulnerabilities of %d components, by the list in this repository:%n",
        components.size());
    for (Finding finding : listed(components)) {
      out.printf("  %s (%s)%n", finding, why(finding, accepted));
    }
    try {
      List<Finding> told = ask(database, components);
      out.printf("By the OSV database:%n");
      told.forEach(finding -> out.printf("  %s%n", finding));
      out.printf("  %d in all%n", told.size());
    } catch (IOException e) {
      out.printf("The OSV database was skipped: it is not reachable (%s).%n", e);
    }
  }

  /** Why the build must not pass. */
  static List<String> objections(
      List<Component> components, List<String> jars, List<Accepted> accepted) {
    List<Finding> findings = listed(components);
    List<String> objections = new ArrayList<>();
    jars.stream()
        .filter(jar -> components.stream().noneMatch(component -> isJarOf(jar, component)))
        .forEach(jar -> objections.add("the SBOM does not name " + jar));
    findings.stream()
        .filter(finding -> accepted.stream().noneMatch(reason -> isAccepted(finding, reason)))
        .forEach(finding -> objections.add(finding + " is not judged in accepted.csv"));
    accepted.stream()
        .filter(reason -> findings.stream().noneMatch(finding -> isAccepted(finding, reason)))
        .forEach(reason -> objections.add(reason + " in accepted.csv is about nothing shipped"));
    return objections;
  }

  private static boolean isJarOf(String jar, Component component) {
    return component.inside.isEmpty() && jar.startsWith(artifact(component.id) + component.version);
  }

  /** The jars that the program's manifest names; others may lie beside them from older builds. */
  private static List<Path> classPath(Path program) throws IOException {
    try (JarFile jar = new JarFile(program.toFile())) {
      String names = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      return Stream.of(names.split(" ", -1)).map(program::resolveSibling).toList();
    }
  }

  /** The SBOM's components, and what their jars carry relocated. */
  static List<Component> components(Path bom, List<Path> jars) throws IOException {
    Set<Component> components =
        new TreeSet<>(
            Comparator.comparing(Component::id)
                .thenComparing(Component::version)
                .thenComparing(Component::inside));
    for (JsonNode component : Records.json().readTree(bom.toFile()).get("components")) {
      components.add(
          new Component(
              component.get("group").asText() + ":" + component.get("name").asText(),
              component.get("version").asText(),
              ""));
    }
    for (Path jar : jars) {
      components.addAll(relocated(jar, components));
    }
    return List.copyOf(components);
  }

  /** Jars made by shading name what went into them, themselves included. */
  private static List<Component> relocated(Path jar, Set<Component> shipped) throws IOException {
    List<Component> inside = new ArrayList<>();
    Component self = null;
    try (JarFile file = new JarFile(jar.toFile())) {
      for (Enumeration<JarEntry> entries = file.entries(); entries.hasMoreElements(); ) {
        JarEntry entry = entries.nextElement();
        if (entry.getName().matches("META-INF/maven/[^/]+/[^/]+/pom\\.properties")) {
          Properties properties = new Properties();
          try (InputStream in = file.getInputStream(entry)) {
            properties.load(in);
          }
          String id =
              properties.getProperty("groupId") + ":" + properties.getProperty("artifactId");
          Component found = new Component(id, properties.getProperty("version", ""), "");
          if (shipped.contains(found) && jar.getFileName().toString().startsWith(artifact(id))) {
            self = found;
          } else {
            inside.add(found);
          }
        }
      }
    }
    String name = self == null ? jar.getFileName().toString() : self.id;
    return inside.stream().map(c -> new Component(c.id, c.version, name)).toList();
  }

  private static String artifact(String id) {
    return id.substring(id.indexOf(':') + 1) + "-";
  }

  /** What the list in this repository knows. */
  static List<Finding> listed(List<Component> components) {
    List<Advisory> advisories = Records.readCsv(LISTS.resolve("advisories.csv"), Advisory.class);
    return components.stream()
        .flatMap(
            component ->
                advisories.stream()
                    .filter(advisory -> affects(advisory, component))
                    .map(advisory -> new Finding(component, advisory.advisory)))
        .toList();
  }

  static List<Accepted> accepted() {
    return Records.readCsv(LISTS.resolve("accepted.csv"), Accepted.class);
  }

  static boolean isAccepted(Finding finding, Accepted accepted) {
    return accepted.component.equals(finding.component.id)
        && accepted.advisory.equals(finding.advisory)
        && (accepted.inside == null ? "" : accepted.inside).equals(finding.component.inside);
  }

  private static String why(Finding finding, List<Accepted> accepted) {
    return accepted.stream()
        .filter(reason -> isAccepted(finding, reason))
        .map(Accepted::why)
        .findFirst()
        .orElse("not judged yet");
  }

  private static boolean affects(Advisory advisory, Component component) {
    return advisory.component.equals(component.id)
        && (advisory.fixed == null || compare(component.version, advisory.fixed) < 0);
  }

  /** Compares versions number by number; what follows the numbers does not count. */
  static int compare(String a, String b) {
    String[] left = a.split("[.-]", -1);
    String[] right = b.split("[.-]", -1);
    for (int i = 0; i < Math.max(left.length, right.length); i++) {
      int order = Integer.compare(number(left, i), number(right, i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static int number(String[] parts, int i) {
    return i < parts.length && parts[i].matches("[0-9]{1,9}") ? Integer.parseInt(parts[i]) : 0;
  }

  /** What an OSV database knows. */
  static List<Finding> ask(URI database, List<Component> components)
      throws IOException, InterruptedException {
    ObjectNode question = Records.json().createObjectNode();
    ArrayNode queries = question.putArray("queries");
    for (Component component : components) {
      ObjectNode query = queries.addObject().put("version", component.version);
      query.putObject("package").put("ecosystem", "Maven").put("name", component.id);
    }
    HttpRequest request =
        HttpRequest.newBuilder(database.resolve("/v1/querybatch"))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(question.toString()))
            .build();
    HttpResponse<String> response =
        HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .build()
            .send(request, BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("status " + response.statusCode());
    }
    JsonNode results = Records.json().readTree(response.body()).path("results");
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < components.size(); i++) {
      for (JsonNode vulnerability : results.path(i).path("vulns")) {
        findings.add(new Finding(components.get(i), vulnerability.path("id").asText()));
      }
    }
    return findings;
  }
}
