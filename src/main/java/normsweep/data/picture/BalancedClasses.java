package normsweep.data.picture;

import java.net.URI;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.datavec.api.io.filters.BalancedPathFilter;
import org.datavec.api.io.labels.PathLabelGenerator;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;

/** Pictures of which every class has as many as the rarest. */
final class BalancedClasses {
  private BalancedClasses() {}

  /**
   * Those that DataVec's filter keeps.
   *
   * @param labels the class of each file, in the order in which files are preferred
   */
  static Set<URI> of(Map<URI, String> labels) {
    return Set.of(
        new BalancedPathFilter(new KeptOrder(), new ClassOfFile(labels), 0)
            .filter(labels.keySet().toArray(URI[]::new)));
  }

  /** Lets the filter's shuffling exchange nothing. */
  private static final class KeptOrder extends Random {
    private static final long serialVersionUID = 1L;

    @Override
    public int nextInt(int bound) {
      return bound - 1;
    }
  }

  /** Labels that are known, wherever a file lies. */
  private record ClassOfFile(Map<URI, String> labels) implements PathLabelGenerator {
    @Override
    public Writable getLabelForPath(String path) {
      return getLabelForPath(URI.create(path));
    }

    @Override
    public Writable getLabelForPath(URI file) {
      return new Text(labels.get(file));
    }

    @Override
    public boolean inferLabelClasses() {
      return true;
    }
  }
}
