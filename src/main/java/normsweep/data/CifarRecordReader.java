package normsweep.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import normsweep.record.NormSweepException;
import org.datavec.api.conf.Configuration;
import org.datavec.api.records.Record;
import org.datavec.api.records.metadata.RecordMetaData;
import org.datavec.api.records.metadata.RecordMetaDataIndex;
import org.datavec.api.records.reader.BaseRecordReader;
import org.datavec.api.split.InputSplit;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Writable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A DataVec reader of files in CIFAR-10's official binary layout: records of one label byte and
 * 3,072 pixel bytes. Each record becomes an image {@link NDArrayWritable}, float [1, 3, 32, 32],
 * RGB, 0 to 255, and a label {@link IntWritable}, 0 to 9, as DataVec's own image reader gives them.
 * The split may name any number of files, each of a whole number of records.
 */
public final class CifarRecordReader extends BaseRecordReader {
  private static final long serialVersionUID = 1L;

  private final ArrayList<URI> files = new ArrayList<>();
  private Configuration configuration = new Configuration();
  private transient DataInputStream current;
  private int nextFile;
  private long recordInFile;
  private long recordsLeftInFile;

  /**
   * {@inheritDoc}
   *
   * @throws NormSweepException unavailable, naming the file, if one is not a whole number of
   *     records
   */
  @Override
  public void initialize(InputSplit split) throws IOException {
    inputSplit = split;
    files.clear();
    for (URI location : split.locations()) {
      Path file = Path.of(location);
      long bytes = Files.size(file);
      if (bytes == 0 || bytes % CifarLayout.RECORD_BYTES != 0) {
        throw NormSweepException.unavailable(
            file
                + " has "
                + bytes
                + " bytes, which is no multiple of the "
                + CifarLayout.RECORD_BYTES
                + " of a CIFAR-10 record; get a good copy");
      }
      files.add(location);
    }
    reset();
  }

  @Override
  public void initialize(Configuration conf, InputSplit split) throws IOException {
    setConf(conf);
    initialize(split);
  }

  @Override
  public boolean hasNext() {
    return recordsLeftInFile > 0 || nextFile < files.size();
  }

  @Override
  public List<Writable> next() {
    return nextRecord().getRecord();
  }

  @Override
  public Record nextRecord() {
    if (!hasNext()) {
      throw new NoSuchElementException("no records left; reset() starts over");
    }
    try {
      if (recordsLeftInFile == 0) {
        openNextFile();
      }
      URI file = files.get(nextFile - 1);
      List<Writable> record = record(file, current);
      RecordMetaData origin = new RecordMetaDataIndex(recordInFile, file, CifarRecordReader.class);
      recordInFile++;
      recordsLeftInFile--;
      invokeListeners(record);
      return new org.datavec.api.records.impl.Record(record, origin);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void openNextFile() throws IOException {
    close();
    File file = new File(files.get(nextFile));
    current = new DataInputStream(new BufferedInputStream(Files.newInputStream(file.toPath())));
    recordsLeftInFile = file.length() / CifarLayout.RECORD_BYTES;
    recordInFile = 0;
    nextFile++;
  }

  /**
   * Reads one record from a stream.
   *
   * @throws NormSweepException unavailable, naming {@code uri}, if the stream ends within the
   *     record or the label is none
   */
  @Override
  public List<Writable> record(URI uri, DataInputStream in) throws IOException {
    byte[] bytes = new byte[CifarLayout.RECORD_BYTES];
    try {
      in.readFully(bytes);
    } catch (EOFException e) {
      throw NormSweepException.unavailable(uri + " ends within a record; get a good copy", e);
    }
    int label = Byte.toUnsignedInt(bytes[0]);
    if (label >= CifarLayout.CLASSES) {
      throw NormSweepException.unavailable(
          uri + " holds label " + label + ", CIFAR-10 has 0 to 9; get a good copy");
    }
    float[] pixels = new float[CifarLayout.IMAGE_BYTES];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = Byte.toUnsignedInt(bytes[i + 1]);
    }
    INDArray image =
        Nd4j.create(
            pixels,
            new long[] {1, CifarLayout.CHANNELS, CifarLayout.SIDE, CifarLayout.SIDE},
            DataType.FLOAT);
    List<Writable> record = new ArrayList<>(2);
    record.add(new NDArrayWritable(image));
    record.add(new IntWritable(label));
    return record;
  }

  @Override
  public Record loadFromMetaData(RecordMetaData origin) throws IOException {
    if (!(origin instanceof RecordMetaDataIndex index)) {
      throw new IllegalArgumentException("not metadata of this reader: " + origin);
    }
    try (RandomAccessFile file = new RandomAccessFile(new File(origin.getURI()), "r")) {
      file.seek(index.getIndex() * CifarLayout.RECORD_BYTES);
      byte[] bytes = new byte[CifarLayout.RECORD_BYTES];
      file.readFully(bytes);
      List<Writable> record =
          record(origin.getURI(), new DataInputStream(new ByteArrayInputStream(bytes)));
      return new org.datavec.api.records.impl.Record(record, origin);
    }
  }

  @Override
  public List<Record> loadFromMetaData(List<RecordMetaData> origins) throws IOException {
    List<Record> records = new ArrayList<>(origins.size());
    for (RecordMetaData origin : origins) {
      records.add(loadFromMetaData(origin));
    }
    return records;
  }

  @Override
  public List<String> getLabels() {
    return Cifar10.CLASS_NAMES;
  }

  @Override
  public void reset() {
    try {
      close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    nextFile = 0;
    recordInFile = 0;
    recordsLeftInFile = 0;
  }

  @Override
  public boolean resetSupported() {
    return true;
  }

  @Override
  public void setConf(Configuration conf) {
    configuration = conf;
  }

  @Override
  public Configuration getConf() {
    return configuration;
  }

  @Override
  public void close() throws IOException {
    if (current != null) {
      current.close();
      current = null;
    }
  }
}
