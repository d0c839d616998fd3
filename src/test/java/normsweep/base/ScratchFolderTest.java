package normsweep.base;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ScratchFolderTest {
  @Test
  void closingRemovesEverythingInIt() throws IOException {
    Path root;
    try (ScratchFolder scratch = ScratchFolder.create("scratch-folder-test")) {
      root = scratch.root();
      assertTrue(root.getFileName().toString().startsWith("scratch-folder-test"));
      Files.writeString(Files.createDirectories(root.resolve("a").resolve("b")).resolve("c"), "d");
    }
    assertFalse(Files.exists(root));
  }
}
