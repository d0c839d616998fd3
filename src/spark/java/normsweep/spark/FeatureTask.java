package normsweep.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import normsweep.sweep.FeatureRange;
import org.apache.spark.TaskContext;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/** Computes the features of one range of images. */
final class FeatureTask extends AbstractFunction2<TaskContext, Iterator<FeatureRange>, Outcome>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final SweepOrder order;

  FeatureTask(SweepOrder order) {
    this.order = order;
  }

  @Override
  public Outcome apply(TaskContext task, Iterator<FeatureRange> ranges) {
    FeatureRange range = ranges.next();
    try {
      return ExecutorSession.work(order, session -> session.compute(range));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
