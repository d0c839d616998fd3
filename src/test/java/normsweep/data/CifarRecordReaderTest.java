package normsweep.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import normsweep.record.NormSweepException;
import org.datavec.api.records.Record;
import org.datavec.api.split.CollectionInputSplit;
import org.datavec.api.split.FileSplit;
import org.datavec.api.split.InputSplit;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Writable;
import org.deeplearning4j.datasets.datavec.RecordReaderDataSetIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class CifarRecordReaderTest {
  private static final int IMAGES = 18;

  private final SmallCifar small = new SmallCifar(5);
  @TempDir Path folder;

  @Test
  void givesEveryRecordOfEveryFileInOrderAndAgainAfterReset() throws IOException {
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
  void pixelsAreWhereTheLayoutSaysTheyAre() throws IOException {
    byte[] record = new byte[CifarLayout.RECORD_BYTES];
    record[0] = 7;
    record[1 + 1024 + 5 * 32 + 9] = (byte) 200; // green, row 5, column 9
    Path file = Files.write(folder.resolve("one.bin"), record);
    try (CifarRecordReader reader = new CifarRecordReader()) {
      reader.initialize(new FileSplit(file.toFile()));
      List<Writable> read = reader.next();
      INDArray image = ((NDArrayWritable) read.get(0)).get();
      assertEquals(200, image.getDouble(0, 1, 5, 9));
      assertEquals(200, image.sumNumber().doubleValue());
      assertEquals(7, read.get(1).toInt());
    }
  }

  @Test
  void aRecordIsFoundAgainByItsMetadata() throws IOException {
    try (CifarRecordReader reader = reader()) {
      for (int i = 0; i < IMAGES; i++) {
        Record record = reader.nextRecord();
        assertIsRecord(i, reader.loadFromMetaData(record.getMetaData()).getRecord());
      }
    }
  }

  @Test
  void feedsDeeplearning4jsOwnIterator() throws IOException {
    try (CifarRecordReader reader = reader()) {
      RecordReaderDataSetIterator batches =
          new RecordReaderDataSetIterator(reader, 4, 1, CifarLayout.CLASSES);
      DataSet batch = batches.next();
      assertEquals(List.of(4L, 3L, 32L, 32L), longs(batch.getFeatures().shape()));
      assertEquals(List.of(4L, 10L), longs(batch.getLabels().shape()));
      for (int i = 0; i < 4; i++) {
        assertEquals(1.0, batch.getLabels().getDouble(i, small.label(i)));
      }
    }
  }

  @Test
  void filesOfNoWholeNumberOfRecordsAreNamed() throws IOException {
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
  void aLabelThatIsNoneIsNamed() throws IOException {
    byte[] record = new byte[CifarLayout.RECORD_BYTES];
    record[0] = 10;
    Path file = Files.write(folder.resolve("odd.bin"), record);
    try (CifarRecordReader reader = new CifarRecordReader()) {
      reader.initialize(new FileSplit(file.toFile()));
      NormSweepException e = assertThrows(NormSweepException.class, reader::next);
      assertTrue(e.getMessage().contains("label 10"), e.getMessage());
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
    INDArray image = ((NDArrayWritable) record.get(0)).get();
    byte[] expected = small.image(index);
    float[] pixels = image.dup('c').data().asFloat();
    assertTrue(
        IntStream.range(0, expected.length)
            .allMatch(i -> pixels[i] == Byte.toUnsignedInt(expected[i])));
    assertEquals(small.label(index), record.get(1).toInt());
  }

  private static List<Long> longs(long[] shape) {
    return Arrays.stream(shape).boxed().toList();
  }
}
