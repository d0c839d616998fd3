package normsweep.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachesTest {
  @TempDir Path folder;

  @Test
  void mostSpecificSettingNamesCache() {
    Map<String, String> properties = new HashMap<>(Map.of("user.home", folder.toString()));
    Map<String, String> environment = new HashMap<>();
    assertEquals(
        folder.resolve(".cache/normsweep"), Caches.root(properties::get, environment::get));
    environment.put("XDG_CACHE_HOME", "/xdg");
    assertEquals(Path.of("/xdg/normsweep"), Caches.root(properties::get, environment::get));
    environment.put("NORMSWEEP_CACHE", "/mine");
    assertEquals(Path.of("/mine"), Caches.root(properties::get, environment::get));
    properties.put("normsweep.cache", "/property");
    assertEquals(Path.of("/property"), Caches.root(properties::get, environment::get));
    properties.put("normsweep.cache", " ");
    assertEquals(Path.of("/mine"), Caches.root(properties::get, environment::get));
  }

  @Test
  void projectsWeightsNeedItsTargetFolder() throws IOException {
    Path zoo = Files.createDirectories(folder.resolve("zoo-weights"));
    assertEquals(Optional.of(zoo), zooOf("target", true));
    assertEquals(Optional.empty(), zooOf("lib", true));
    Files.delete(zoo);
    assertEquals(Optional.empty(), zooOf("target", true));
  }

  @Test
  void missingWeightsAvoidReadOnlyProject() throws IOException {
    Path zoo = Files.createDirectories(folder.resolve("zoo-weights"));
    assertEquals(Optional.empty(), zooOf("target", false));
    Files.createFile(zoo.resolve("weights.h5"));
    assertEquals(Optional.of(zoo), zooOf("target", false));
  }

  private Optional<Path> zooOf(String jarsFolder, boolean writable) {
    Path jar = folder.resolve(jarsFolder).resolve("normsweep.jar");
    return Caches.zooOfProject(jar, zoo -> writable);
  }

  @Test
  void removesLeftoversOfDeadProcesses() throws IOException {
    long ended = endedProcess();
    Path dead = Files.writeString(folder.resolve("a.bin." + ended + ".part"), "half");
    Path deadFolder = Files.createDirectories(folder.resolve("npm-a.tgz." + ended + ".part"));
    Files.writeString(deadFolder.resolve("inner"), "half");
    Path own =
        Files.writeString(
            folder.resolve("b.bin." + ProcessHandle.current().pid() + ".part"), "half");
    Path whole = Files.writeString(folder.resolve("a.bin"), "whole");
    Path fresh = Files.writeString(folder.resolve("c.bin." + ended + ".part"), "elsewhere");
    for (Path old : new Path[] {dead, deadFolder, own, whole}) {
      Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    }
    Caches.removeLeftovers(folder);
    assertTrue(Files.exists(fresh));
    assertFalse(Files.exists(dead));
    assertFalse(Files.exists(deadFolder));
    assertTrue(Files.exists(own));
    assertTrue(Files.exists(whole));
  }

  private static long endedProcess() throws IOException {
    Process process =
        new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-version")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.onExit().join();
    return process.pid();
  }
}
