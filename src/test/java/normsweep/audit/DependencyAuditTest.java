package normsweep.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import normsweep.audit.DependencyAudit.Accepted;
import normsweep.audit.DependencyAudit.Component;
import normsweep.audit.DependencyAudit.Finding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DependencyAuditTest {
  private static final Component SHADED = new Component("org.nd4j:jackson", "1.0.0-M2.1", "");
  private static final Component OLD_YAML =
      new Component("org.yaml:snakeyaml", "1.26", "org.nd4j:jackson");

  @TempDir Path folder;

  @Test
  void findsRelocatedLibrariesInTheirJars() throws IOException {
    Path jar = folder.resolve("jackson-1.0.0-M2.1.jar");
    write(jar, SHADED, OLD_YAML);
    assertEquals(
        Set.of(SHADED, OLD_YAML), Set.copyOf(DependencyAudit.components(bom(), List.of(jar))));
  }

  @Test
  void objectsToUnjudgedAndUnlistedLibraries() {
    Accepted judged =
        new Accepted("org.yaml:snakeyaml", "org.nd4j:jackson", "CVE-2022-1471", "not reached");
    List<String> objections =
        DependencyAudit.objections(
            List.of(SHADED, OLD_YAML),
            List.of("jackson-1.0.0-M2.1.jar", "other-1.jar"),
            List.of(judged, new Accepted("gone:gone", null, "CVE-1", "not shipped")));
    assertEquals(3, objections.size(), objections.toString());
    assertEquals("the SBOM does not name other-1.jar", objections.get(0));
    assertTrue(objections.get(1).contains("CVE-2022-25857 is not judged"), objections.get(1));
    assertTrue(objections.get(2).contains("gone:gone"), objections.get(2));
  }

  @Test
  void everyJudgementHasListedAdvisory() {
    List<Accepted> accepted = DependencyAudit.accepted();
    assertTrue(accepted.size() > 5);
    for (Accepted reason : accepted) {
      Component oldest = new Component(reason.component(), "0", "");
      assertTrue(
          DependencyAudit.listed(List.of(oldest)).stream()
              .anyMatch(finding -> finding.advisory().equals(reason.advisory())),
          reason.toString());
      assertTrue(reason.why().length() > 20, reason.toString());
    }
  }

  @Test
  void findsOldButNotFixedVersion() {
    List<Component> components =
        List.of(
            new Component("io.netty:netty-codec-http", "4.1.48.Final", ""),
            new Component("io.netty:netty-codec-http", "4.1.140.Final", ""),
            new Component("com.google.guava:guava", "32.0.0-jre", ""));
    assertEquals(
        Set.of("4.1.48.Final"),
        DependencyAudit.listed(components).stream()
            .map(finding -> finding.component().version())
            .collect(Collectors.toSet()));
    assertTrue(DependencyAudit.compare("2.13.4", "2.13.4.2") < 0);
    assertTrue(DependencyAudit.compare("10.0", "9.9.9") > 0);
  }

  @Test
  void theDatabasesAnswerIsListed() throws IOException, InterruptedException {
    HttpServer database =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    database.createContext(
        "/v1/querybatch",
        exchange -> {
          String question = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          boolean asked = question.contains("\"a:b\"") && question.contains("\"c:d\"");
          byte[] answer =
              (asked ? "{\"results\":[{},{\"vulns\":[{\"id\":\"GHSA-1\"}]}]}" : "{}")
                  .getBytes(UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    database.start();
    try {
      Component old = new Component("c:d", "2", "");
      URI address = URI.create("http://127.0.0.1:" + database.getAddress().getPort());
      assertEquals(
          List.of(new Finding(old, "GHSA-1")),
          DependencyAudit.ask(address, List.of(new Component("a:b", "1", ""), old)));
    } finally {
      database.stop(0);
    }
  }

  @Test
  void skipsUnreachableDatabaseWithALine() throws IOException, InterruptedException {
    HttpServer gone =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    URI address = URI.create("http://127.0.0.1:" + gone.getAddress().getPort());
    gone.start();
    gone.stop(0);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DependencyAudit.report(List.of(), address, new PrintStream(out, true, UTF_8));
    assertTrue(out.toString(UTF_8).contains("was skipped: it is not reachable"));
  }

  private Path bom() throws IOException {
    return Files.writeString(
        folder.resolve("bom.json"),
        "{\"components\":[{\"group\":\"org.nd4j\",\"name\":\"jackson\","
            + "\"version\":\"1.0.0-M2.1\"}]}");
  }

  private static void write(Path file, Component... inside) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(file))) {
      for (Component component : inside) {
        String[] id = component.id().split(":", 2);
        out.putNextEntry(new JarEntry("META-INF/maven/" + id[0] + "/" + id[1] + "/pom.properties"));
        String properties =
            "groupId=" + id[0] + "\nartifactId=" + id[1] + "\nversion=" + component.version();
        out.write(properties.getBytes(UTF_8));
      }
    }
  }
}
