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
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import normsweep.audit.DependencyAudit.Accepted;
import normsweep.audit.DependencyAudit.Component;
import normsweep.audit.DependencyAudit.Finding;
import org.junit.jupiter.api.Test;

/** What was packaged, against what is known of it. */
class DependencyAuditIT {
  private static final Path BOM = Path.of("target", "bom.json");
  private static final Path JARS = Path.of("target", "lib");

  @Test
  void sbomNamesEveryJarThatIsShipped() throws IOException {
    List<Component> components = DependencyAudit.components(BOM, JARS);
    try (Stream<Path> jars = Files.list(JARS)) {
      Set<String> unnamed =
          jars.map(jar -> jar.getFileName().toString())
              .filter(jar -> components.stream().noneMatch(component -> isJarOf(jar, component)))
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(Set.of(), unnamed);
    }
  }

  @Test
  void everyListedVulnerabilityIsJudgedAndEveryJudgementHolds() throws IOException {
    List<Finding> findings = DependencyAudit.listed(DependencyAudit.components(BOM, JARS));
    List<Accepted> accepted = DependencyAudit.accepted();
    assertEquals(
        List.of(),
        findings.stream()
            .filter(f -> accepted.stream().noneMatch(a -> DependencyAudit.isAccepted(f, a)))
            .toList());
    assertEquals(
        List.of(),
        accepted.stream()
            .filter(a -> findings.stream().noneMatch(f -> DependencyAudit.isAccepted(f, a)))
            .toList());
  }

  @Test
  void relocatedLibrariesAreFoundInTheirJars() throws IOException {
    assertTrue(
        DependencyAudit.components(BOM, JARS)
            .contains(new Component("org.yaml:snakeyaml", "1.26", "org.nd4j:jackson")));
  }

  @Test
  void anOldVersionIsFoundAndAFixedOneIsNot() {
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
  void anUnreachableDatabaseIsSkippedWithALine() throws IOException, InterruptedException {
    HttpServer gone =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    URI address = URI.create("http://127.0.0.1:" + gone.getAddress().getPort());
    gone.start();
    gone.stop(0);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DependencyAudit.report(List.of(), address, new PrintStream(out, true, UTF_8));
    assertTrue(out.toString(UTF_8).contains("was skipped: it is not reachable"));
  }

  private static boolean isJarOf(String jar, Component component) {
    String name = component.id().substring(component.id().indexOf(':') + 1);
    return component.inside().isEmpty() && jar.startsWith(name + "-" + component.version());
  }
}
