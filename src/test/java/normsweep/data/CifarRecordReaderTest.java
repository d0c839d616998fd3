package normsweep.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import normsweep.base.ExitCode;
import normsweep.base.NormSweepException;
import org.bytedeco.javacpp.indexer.UByteIndexer;
import org.bytedeco.javacv.Frame;
import org.datavec.api.records.Record;
import org.datavec.api.split.CollectionInputSplit;
import org.datavec.api.split.FileSplit;
import org.datavec.api.split.InputSplit;
import org.datavec.api.writable.Writable;
import org.datavec.image.data.ImageWritable;
import org.datavec.image.transform.ImageTransform;
import org.datavec.image.transform.PipelineImageTransform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarRecordReaderTest {
  private static final int IMAGES = 18;

  private final SmallCifar small = new SmallCifar(5);
  @TempDir Path folder;

  @Test
  void readsInOrderAndAfterReset() throws IOException {
    try (CifarRecordReader reader = reader()) {
      for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < IMAGES; i++) {
          assertTrue(reader.hasNext());
          assertIsRecord(i, reader.next());
        }
        assertFalse(reader.hasNext());
        assertThrows(NoSuchElementException.class, reader::next);
        reader.reset();
      }
    }
  }

  @Test
  void pixelsFollowTheLayout() throws IOException {
    byte[] record = new byte[CifarLayout.RECORD_BYTES];
    record[0] = 7;
    record[1 + 1024 + 5 * 32 + 9] = (byte) 200; // green, row 5, column 9
    Path file = Files.write(folder.resolve("one.bin"), record);
    try (CifarRecordReader reader = new CifarRecordReader()) {
      reader.initialize(new FileSplit(file.toFile()));
      List<Writable> read = reader.next();
      Frame image = ((ImageWritable) read.get(0)).getFrame();
      UByteIndexer pixels = image.createIndexer();
      for (int row = 0; row < 32; row++) {
        for (int column = 0; column < 32; column++) {
          for (int channel = 0; channel < 3; channel++) { // blue, green, red
            boolean set = channel == 1 && row == 5 && column == 9;
            assertEquals(set ? 200 : 0, pixels.get(row, column, channel));
          }
        }
      }
      assertEquals(7, read.get(1).toInt());
    }
  }

  @Test
  void findsRecordByMetadata() throws IOException {
    try (CifarRecordReader reader = reader()) {
      for (int i = 0; i < IMAGES; i++) {
        Record record = reader.nextRecord();
        assertIsRecord(i, reader.loadFromMetaData(record.getMetaData()).getRecord());
      }
    }
  }

  @Test
  void readsByNumberOnManyThreads() throws IOException {
    try (CifarRecordReader reader = reader()) {
      assertEquals(IMAGES, reader.size());
      IntStream.range(0, 50 * IMAGES)
          .parallel()
          .map(i -> (7 * i + 3) % IMAGES)
          .forEach(
              i -> {
                try {
                  assertIsRecord(i, reader.loadFromMetaData(reader.origin(i)).getRecord());
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
      assertIsRecord(0, reader.next());
      assertThrows(IndexOutOfBoundsException.class, () -> reader.origin(IMAGES));
    }
  }

  @Test
  void recordsFitDataVecsTransforms() throws IOException {
    try (CifarRecordReader reader = reader()) {
      ImageWritable image = (ImageWritable) reader.next().get(0);
      ImageTransform mirror = new PipelineImageTransform(new Augmentation.Flip());
      byte[] mirrored = Frames.planes(mirror.transform(image, null).getFrame());
      byte[] original = small.image(0);
      for (int i = 0; i < original.length; i++) {
        assertEquals(original[i / 32 * 32 + 31 - i % 32], mirrored[i]);
      }
    }
  }

  @Test
  void namesFilesOfBrokenRecords() throws IOException {
    for (int bytes : new int[] {0, 1, CifarLayout.RECORD_BYTES - 1, CifarLayout.RECORD_BYTES + 1}) {
      Path file = Files.write(folder.resolve("odd.bin"), new byte[bytes]);
      NormSweepException e =
          assertThrows(
              NormSweepException.class,
              () -> new CifarRecordReader().initialize(new FileSplit(file.toFile())));
      assertTrue(e.getMessage().contains("odd.bin has " + bytes + " bytes"), e.getMessage());
    }
  }

  @Test
  void namesUnknownLabel() throws IOException {
    byte[] record = new byte[CifarLayout.RECORD_BYTES];
    record[0] = 10;
    Path file = Files.write(folder.resolve("odd.bin"), record);
    try (CifarRecordReader reader = new CifarRecordReader()) {
      reader.initialize(new FileSplit(file.toFile()));
      NormSweepException e = assertThrows(NormSweepException.class, reader::next);
      assertTrue(e.getMessage().contains("label 10"), e.getMessage());
    }
  }

  @Test
  void namesFileCutWithinRecord() throws IOException {
    Path file = Files.write(folder.resolve("cut.bin"), new byte[2 * CifarLayout.RECORD_BYTES]);
    try (CifarRecordReader reader = new CifarRecordReader()) {
      reader.initialize(new FileSplit(file.toFile()));
      for (int bytes : new int[] {2 * CifarLayout.RECORD_BYTES - 1, CifarLayout.RECORD_BYTES}) {
        Files.write(file, new byte[bytes]);
        NormSweepException e =
            assertThrows(NormSweepException.class, () -> reader.loadFromMetaData(reader.origin(1)));
        assertEquals(ExitCode.UNAVAILABLE, e.exitCode());
        assertTrue(
            e.getMessage().endsWith("cut.bin ends within a record; get a good copy"),
            e.getMessage());
      }
    }
  }

  private CifarRecordReader reader() throws IOException {
    Path batches = small.writeFolder(folder.resolve("batches"));
    InputSplit split =
        new CollectionInputSplit(
            CifarLayout.BATCHES.stream()
                .map(name -> batches.resolve(name + ".bin").toUri())
                .toArray(URI[]::new));
    CifarRecordReader reader = new CifarRecordReader();
    reader.initialize(split);
    assertEquals(Cifar10.CLASS_NAMES, reader.getLabels());
    return reader;
  }

  private void assertIsRecord(int index, List<Writable> record) {
    ImageWritable image = (ImageWritable) record.get(0);
    assertEquals(List.of(32, 32), List.of(image.getWidth(), image.getHeight()));
    assertArrayEquals(small.image(index), Frames.planes(image.getFrame()));
    assertEquals(small.label(index), record.get(1).toInt());
  }
}
