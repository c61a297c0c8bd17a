package dev.stoa.runs;

import dev.stoa.algorithm.LearnerContext;
import dev.stoa.device.DeviceContext;
import dev.stoa.device.DeviceSession;
import dev.stoa.environment.EnvironmentSpec;
import dev.stoa.environment.VectorEnvironment;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/** What parts may ask of their run; its methods are called on the incarnation's threads. */
final class PartContext implements LearnerContext, DeviceContext {
  private final Incarnation incarnation;
  private final RunPlan plan;
  private final Workers workers;
  private final Supplier<DeviceSession> device;

  PartContext(
      Incarnation incarnation, RunPlan plan, Workers workers, Supplier<DeviceSession> device) {
    this.incarnation = incarnation;
    this.plan = plan;
    this.workers = workers;
    this.device = device;
  }

  @Override
  public String run() {
    return plan.name();
  }

  @Override
  public long seed() {
    return plan.seed();
  }

  @Override
  public long scheduleSteps() {
    return plan.scheduleSteps();
  }

  @Override
  public int threads() {
    return workers.threads();
  }

  @Override
  public void parallel(int count, IntConsumer piece) {
    workers.parallel(count, piece);
  }

  @Override
  public boolean yieldRequested() {
    return incarnation.yieldRequested();
  }

  @Override
  public void info(String message) {
    incarnation.actor.info(message);
  }

  @Override
  public void warn(String message) {
    incarnation.actor.warn(message);
  }

  @Override
  public EnvironmentSpec environment() {
    return incarnation.environment().spec();
  }

  @Override
  public VectorEnvironment environment(int copies) {
    return incarnation.environment().copies(copies);
  }

  @Override
  public DeviceSession device() {
    return device.get();
  }
}
