package normsweep.data.picture;

import java.io.DataInputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import normsweep.data.Frames;
import normsweep.data.Framing;
import normsweep.data.Images;
import normsweep.data.IndexedRecordReader;
import org.datavec.api.records.metadata.RecordMetaData;
import org.datavec.api.records.metadata.RecordMetaDataURI;
import org.datavec.api.split.InputSplit;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.Writable;
import org.datavec.image.data.ImageWritable;

/**
 * A DataVec reader of picture files. Each record is a square {@link ImageWritable}, as DataVec's
 * image transforms take it, and a label {@link IntWritable}. Pictures are decoded by {@link
 * Images}, which guards against damaged and hostile files. Safe for use by many threads.
 */
final class PictureRecordReader extends IndexedRecordReader {
  private static final long serialVersionUID = 1L;

  private final transient Framing framing;
  private final transient ToIntFunction<URI> labels;
  private final ArrayList<String> classes;
  private final int side;

  /**
   * A reader of squares.
   *
   * @param framing chooses the rectangle of a picture that becomes one
   * @param side pixels along its edge
   * @param labels the class of each file
   */
  PictureRecordReader(Framing framing, int side, ToIntFunction<URI> labels, List<String> classes) {
    this.framing = framing;
    this.side = side;
    this.labels = labels;
    this.classes = new ArrayList<>(classes);
  }

  @Override
  public void initialize(InputSplit split) {
    inputSplit = split;
    found(
        Stream.of(split.locations())
            .<RecordMetaData>map(uri -> new RecordMetaDataURI(uri, PictureRecordReader.class))
            .toList());
  }

  @Override
  protected List<Writable> read(RecordMetaData origin) {
    return read(origin.getURI(), framing);
  }

  /** A record that is cut out in another way. */
  List<Writable> read(URI file, Framing other) {
    byte[] planes = Images.read(Path.of(file), other, side, Images.MAX_PIXELS);
    return new ArrayList<>(
        List.of(
            new ImageWritable(Frames.ofPlanes(planes)), new IntWritable(labels.applyAsInt(file))));
  }

  /** Reads the file again, because a decoder may have to look at it more than once. */
  @Override
  public List<Writable> record(URI uri, DataInputStream in) {
    return read(uri, framing);
  }

  @Override
  public List<String> getLabels() {
    return classes;
  }

  @Override
  public void close() {
    // Files are open only while they are read.
  }
}
