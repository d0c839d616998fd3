package normsweep.landscape;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import normsweep.landscape.head.TailHead;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.tail.Tail;
import normsweep.tail.TailParameter;
import normsweep.train.HeadSnapshot;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.RealVector;

/**
 * The head's parameters after each epoch of a trial, as far as they were saved.
 *
 * @param folder the trial's folder
 * @param tail its saved model
 * @param head that model's head
 */
record HeadTrajectory(TrialFolder folder, Tail tail, TailHead head) {

  /** Parameters after epochs 0, 1, … up to the first gap. */
  List<RealVector> all() throws IOException {
    List<RealVector> points = new ArrayList<>();
    for (Optional<double[]> at = at(0); at.isPresent(); at = at(points.size())) {
      points.add(new ArrayRealVector(at.get(), false));
    }
    return points;
  }

  // What the head's loss does not depend on stays at the centre; it would only blur a plane.
  /** Parameters after one epoch. */
  Optional<double[]> at(int epoch) throws IOException {
    if (!Files.exists(folder.trajectory(epoch))) {
      return Optional.empty();
    }
    Map<String, float[]> snapshot = HeadSnapshot.read(folder.trajectory(epoch), tail.parameters());
    double[] point = new double[head.centre().length];
    for (TailParameter parameter : head.scope().parameters()) {
      float[] values = snapshot.get(parameter.name());
      int[] positions = Directions.positions(parameter);
      boolean moves = head.moves(parameter, tail.spec());
      for (int k = 0; k < positions.length; k++) {
        point[positions[k]] = moves ? values[k] : (float) head.centre()[positions[k]];
      }
    }
    return Optional.of(point);
  }
}
