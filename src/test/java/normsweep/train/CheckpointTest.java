package normsweep.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.DataFormatException;
import normsweep.base.Hashes;
import normsweep.record.EpochMetrics;
import normsweep.record.Records;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  @TempDir Path folder;

  static Checkpoint checkpoint(int epoch) {
    EpochMetrics metrics = new EpochMetrics(epoch, 1.5, 0.4, 1.25, 0.5, 1e-3, 2.5);
    return new Checkpoint(
        new Checkpoint.State(
            "t", "c", List.of("W[3]"), epoch, 10 * epoch, 1, 3, 77, List.of(metrics), 2.0, null),
        new float[] {epoch, -0f, Float.MIN_VALUE},
        new float[] {1, 2, 3, 4, 5, 6},
        new float[] {7, 8, 9});
  }

  private Optional<Integer> newestEpoch() throws IOException {
    return Checkpoint.newest(folder, "t", "c").map(found -> found.state().epoch());
  }

  @Test
  void readsBackWhatWasWritten() throws IOException {
    Checkpoint written = checkpoint(4);
    written.write(folder);
    Checkpoint read = Checkpoint.newest(folder, "t", "c").orElseThrow();
    assertEquals(written.state(), read.state());
    assertArrayEquals(written.parameters(), read.parameters());
    assertArrayEquals(written.updater(), read.updater());
    assertArrayEquals(written.best(), read.best());
  }

  @Test
  void keepsTwoNewest() throws IOException {
    for (int epoch = 1; epoch <= 4; epoch++) {
      checkpoint(epoch).write(folder);
    }
    try (var files = Files.list(folder)) {
      assertEquals(
          List.of("epoch-0003.ckpt", "epoch-0004.ckpt"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
    assertEquals(Optional.of(4), newestEpoch());
  }

  @Test
  void skipsOtherTrialsAndConfigs() throws IOException {
    checkpoint(2).write(folder);
    assertEquals(Optional.empty(), Checkpoint.newest(folder, "other", "c"));
    assertEquals(Optional.empty(), Checkpoint.newest(folder, "t", "other"));
  }

  @Test
  void truncationFallsBackToPrevious() throws IOException {
    checkpoint(1).write(folder);
    checkpoint(2).write(folder);
    Path newest = folder.resolve("epoch-0002.ckpt");
    byte[] whole = Files.readAllBytes(newest);
    for (int length = 0; length < whole.length; length++) {
      Files.write(newest, Arrays.copyOf(whole, length));
      assertEquals(Optional.of(1), newestEpoch(), "cut to " + length + " bytes");
    }
    Files.write(newest, whole);
    assertEquals(Optional.of(2), newestEpoch());
  }

  @Test
  void everyFlippedBitIsNoticed() throws IOException {
    checkpoint(2).write(folder);
    Path file = folder.resolve("epoch-0002.ckpt");
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      byte[] flipped = whole.clone();
      int bit = random.nextInt(whole.length * 8);
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(file, flipped);
      assertThrows(DataFormatException.class, () -> Checkpoint.read(file));
    }
  }

  /** Files from elsewhere, each with the right magic and digest. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // no length of the header
        "7fff", // half of it
        "7fffffff",
        "ffffffff",
        "80000000",
        "00000003 7b7d", // a byte too few
        "00000002 7b7d", // no state in it
        "00000004 6e756c6c", // null
        "00000001 7b" // no JSON
      })
  void skipsForeignHeader(String hex) throws IOException {
    checkpoint(1).write(folder);
    writeForeign(HexFormat.of().parseHex(hex.replace(" ", "")));
    assertEquals(Optional.of(1), newestEpoch());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "7fffffff", "ffffffff", "40000001", "00000001 0000", "00000001 00000000"})
  void skipsForeignArrays(String hex) throws IOException {
    checkpoint(1).write(folder);
    byte[] header = Records.json().writeValueAsBytes(checkpoint(2).state());
    byte[] arrays = HexFormat.of().parseHex(hex.replace(" ", ""));
    ByteBuffer body = ByteBuffer.allocate(Integer.BYTES + header.length + arrays.length);
    writeForeign(body.putInt(header.length).put(header).put(arrays).array());
    assertEquals(Optional.of(1), newestEpoch());
  }

  private void writeForeign(byte[] body) throws IOException {
    MessageDigest digest = Hashes.digest("SHA-256");
    byte[] magic = "NSCKPT02".getBytes(StandardCharsets.US_ASCII);
    digest.update(magic);
    digest.update(body);
    try (OutputStream out = Files.newOutputStream(folder.resolve("epoch-0002.ckpt"))) {
      out.write(magic);
      out.write(body);
      out.write(digest.digest());
    }
    assertThrows(
        DataFormatException.class, () -> Checkpoint.read(folder.resolve("epoch-0002.ckpt")));
  }
}
