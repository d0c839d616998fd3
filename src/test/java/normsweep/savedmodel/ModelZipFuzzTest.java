package normsweep.savedmodel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import normsweep.base.ExitCode;
import normsweep.fuzz.Answer;
import normsweep.fuzz.FuzzProcess;
import normsweep.tail.TailBackbones;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Any file is a model, which can be looked into, or one sentence. The first byte of an input says
 * what the others are: the file itself, or one entry of a file that is whole otherwise, which
 * spares the fuzzer the lengths and offsets around it.
 */
public final class ModelZipFuzzTest {
  private static final ComputationGraph BACKBONE = TailBackbones.small(DataType.FLOAT);
  private static final Path FILE = file();
  private static final Map<String, byte[]> WHOLE = entries();
  private static final List<String> NAMES = List.copyOf(WHOLE.keySet());

  /** Called by Jazzer before the first input: loading classes is not an input's fault. */
  public static void fuzzerInitialize() {
    read(input(1, WHOLE.get(NAMES.get(0))));
  }

  /** What Jazzer calls. */
  public static void fuzzerTestOneInput(byte[] input) {
    read(input);
  }

  private static Optional<String> read(byte[] input) {
    if (input.length == 0) {
      return Optional.empty();
    }
    byte[] rest = Arrays.copyOfRange(input, 1, input.length);
    try {
      Files.write(FILE, input[0] == 0 ? rest : zip(replaced(input[0], rest)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Answer.of(
        ExitCode.UNAVAILABLE,
        () ->
            ModelInspection.of("model.zip", new ModelZipGate(FILE, form -> BACKBONE).read())
                .table());
  }

  private static Map<String, byte[]> replaced(byte which, byte[] content) {
    Map<String, byte[]> entries = new LinkedHashMap<>(WHOLE);
    entries.put(NAMES.get(Math.floorMod(which - 1, NAMES.size())), content);
    return entries;
  }

  @Test
  void answersWhateverComes() throws IOException, InterruptedException {
    List<byte[]> seeds = new ArrayList<>();
    seeds.add(input(0, zip(WHOLE)));
    seeds.add(input(0, Files.readAllBytes(written())));
    for (int i = 0; i < NAMES.size(); i++) {
      seeds.add(input(i + 1, WHOLE.get(NAMES.get(i))));
    }
    for (byte[] seed : seeds) {
      assertTrue(read(seed).isPresent(), "a whole model, told by " + seed[0]);
    }
    new FuzzProcess(
            ModelZipFuzzTest.class,
            300,
            "normsweep.savedmodel.Model**",
            "com.fasterxml.jackson.core.json.**")
        .seeds(seeds)
        .words(List.of("Conv_1", "input_1", "out_relu", "stem", "head_dense", "null", "NaN", "PK"))
        .findsNothing();
  }

  private static byte[] input(int which, byte[] content) {
    byte[] input = new byte[content.length + 1];
    input[0] = (byte) which;
    System.arraycopy(content, 0, input, 1, content.length);
    return input;
  }

  private static Path written() throws IOException {
    ModelZipTest.model(BACKBONE, TailBackbones.allHeads().get(1)).write(FILE);
    return FILE;
  }

  private static Map<String, byte[]> entries() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream zip =
        new ZipInputStream(new ByteArrayInputStream(Files.readAllBytes(written())))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), zip.readAllBytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return entries;
  }

  /** Entries as they are: what is packed, a change would only break. */
  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      for (Map.Entry<String, byte[]> content : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(content.getKey());
        CRC32 crc = new CRC32();
        crc.update(content.getValue());
        entry.setCrc(crc.getValue());
        entry.setSize(content.getValue().length);
        zip.putNextEntry(entry);
        zip.write(content.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static Path file() {
    try {
      Path file = Files.createTempFile("model", ".zip");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
