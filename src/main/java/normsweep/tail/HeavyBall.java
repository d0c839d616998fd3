package normsweep.tail;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Gradient descent with heavy-ball momentum (Polyak: Some methods of speeding up the convergence of
 * iteration methods, 1964): v ← μ·v + η·g, θ ← θ - v, with v = 0 at first. Deeplearning4j has plain
 * gradient descent and Nesterov's variant only; that one, too, keeps η inside v (Sutskever et al.:
 * On the importance of initialization and momentum in deep learning, ICML 2013).
 *
 * @param learningRate η by iteration
 * @param momentum μ, 0 ≤ μ &lt; 1
 */
public record HeavyBall(
    @JsonProperty("learningRate") ISchedule learningRate, @JsonProperty("momentum") double momentum)
    implements IUpdater {
  private static final long serialVersionUID = 1L;

  private static final String VELOCITY = "V";

  @Override
  public long stateSize(long parameters) {
    return parameters;
  }

  @Override
  public GradientUpdater<HeavyBall> instantiate(INDArray state, boolean initialize) {
    Steps steps = new Steps(this);
    steps.setStateViewArray(state, state.shape(), state.ordering(), initialize);
    return steps;
  }

  @Override
  public GradientUpdater<HeavyBall> instantiate(Map<String, INDArray> state, boolean initialize) {
    Steps steps = new Steps(this);
    steps.setState(state, initialize);
    return steps;
  }

  @Override
  public double getLearningRate(int iteration, int epoch) {
    return learningRate.valueAt(iteration, epoch);
  }

  @Override
  public boolean hasLearningRate() {
    return true;
  }

  @Override
  public void setLrAndSchedule(double rate, ISchedule schedule) {
    throw new UnsupportedOperationException("a HeavyBall keeps its learning rate");
  }

  @Override
  public HeavyBall clone() {
    return this;
  }

  /** The velocity of one block of parameters. */
  private static final class Steps implements GradientUpdater<HeavyBall> {
    private final HeavyBall config;
    private INDArray velocity;

    Steps(HeavyBall config) {
      this.config = config;
    }

    @Override
    public HeavyBall getConfig() {
      return config;
    }

    @Override
    public void setState(Map<String, INDArray> state, boolean initialize) {
      velocity = state.get(VELOCITY);
    }

    @Override
    public Map<String, INDArray> getState() {
      return Map.of(VELOCITY, velocity);
    }

    @Override
    public void setStateViewArray(
        INDArray view, long[] gradientShape, char gradientOrder, boolean initialize) {
      if (initialize) {
        view.assign(0);
      }
      velocity = view;
    }

    @Override
    public void applyUpdater(INDArray gradient, int iteration, int epoch) {
      INDArray step = gradient.reshape(velocity.shape());
      step.muli(config.getLearningRate(iteration, epoch));
      step.assign(velocity.muli(config.momentum).addi(step));
    }
  }
}
