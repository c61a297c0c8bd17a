package dev.stoa.distribution;

import dev.stoa.environment.Environment;
import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.environment.Transitions;
import dev.stoa.environment.VectorEnvironment;
import dev.stoa.run.Parts;
import dev.stoa.run.RunContext;
import dev.stoa.state.State;
import dev.stoa.state.StateSchema;
import java.lang.annotation.Annotation;
import java.util.Dictionary;
import java.util.Hashtable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceRegistration;

/**
 * CartPole-v1 that tells a test of each of its steps: what the test asks of the run there, the run
 * does at the swap point right after that step.
 */
final class CountingCartPole implements Environment<Annotation> {
  static final String NAME = "CountingCartPole-v1";

  /** Told of a step before it is taken. */
  interface Listener {
    /**
     * A step begins.
     *
     * @param run name of the run
     * @param number steps of all copies together, counted from 1
     */
    void step(String run, long number);
  }

  private final Environment<Annotation> cartPole;
  private final Listener listener;

  private CountingCartPole(Environment<Annotation> cartPole, Listener listener) {
    this.cartPole = cartPole;
    this.listener = listener;
  }

  /** Installs it beside the real one. */
  @SuppressWarnings("unchecked")
  static ServiceRegistration<?> register(BundleContext context, Listener listener)
      throws InvalidSyntaxException {
    var real =
        context
            .getServiceReferences(Environment.class, "(" + Parts.NAME + "=CartPole-v1)")
            .iterator()
            .next();
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put(Parts.NAME, NAME);
    return context.registerService(
        Environment.class,
        new CountingCartPole((Environment<Annotation>) context.getService(real), listener),
        properties);
  }

  @Override
  public Class<Annotation> parameters() {
    return cartPole.parameters();
  }

  @Override
  public StateSchema schema() {
    return cartPole.schema();
  }

  @Override
  public EnvironmentSpec spec(Annotation parameters) {
    return cartPole.spec(parameters);
  }

  @Override
  public VectorEnvironment create(
      RunContext context, Annotation parameters, int purpose, int copies) {
    VectorEnvironment all = cartPole.create(context, parameters, purpose, copies);
    return new VectorEnvironment() {
      private long steps;

      @Override
      public int copies() {
        return all.copies();
      }

      @Override
      public void reset(Transitions out) {
        all.reset(out);
      }

      @Override
      public void step(int[] actions, Transitions out) {
        listener.step(context.run(), ++steps);
        all.step(actions, out);
      }

      @Override
      public State save() {
        return all.save();
      }

      @Override
      public void restore(State state) {
        all.restore(state);
      }

      @Override
      public void close() {
        all.close();
      }
    };
  }
}
