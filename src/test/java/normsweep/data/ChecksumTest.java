package normsweep.data;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecksumTest {
  @TempDir Path folder;

  @Test
  void agreesWithPublishedDigestsOfAbc() throws IOException {
    Path abc = Files.writeString(folder.resolve("abc"), "abc");
    assertTrue(Checksum.md5("900150983cd24fb0d6963f7d28e17f72").matches(abc));
    assertTrue(
        new Checksum("SHA-256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
            .matches(abc));
    assertTrue(
        Checksum.integrity(
                "sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9"
                    + "RU1EI2Q86A4qmslPpUyknw==")
            .matches(abc));
  }

  @Test
  void otherBytesDoNotMatch() throws IOException {
    Checksum abc = Checksum.md5("900150983cd24fb0d6963f7d28e17f72");
    assertFalse(abc.matches(Files.writeString(folder.resolve("abd"), "abd")));
    assertFalse(abc.matches(folder.resolve("missing")));
    assertFalse(abc.matches(folder));
  }
}
