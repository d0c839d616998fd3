package normsweep.base;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreeTest {
  @TempDir Path folder;

  @Test
  void removesLinksAndNotTheirTargets() throws IOException {
    Path kept = Files.createDirectories(folder.resolve("kept"));
    Files.writeString(kept.resolve("file"), "precious");
    Path tree = Files.createDirectories(folder.resolve("tree").resolve("deep"));
    Files.createSymbolicLink(tree.resolve("link"), kept);
    FileTree.delete(tree.getParent());
    assertFalse(Files.exists(tree.getParent()));
    assertEquals("precious", Files.readString(kept.resolve("file")));
    FileTree.delete(tree);
  }
}
