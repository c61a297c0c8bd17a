package dev.stoa.shell;

import dev.stoa.run.Catalogue;
import dev.stoa.run.RunFiles;
import dev.stoa.run.RunListener;
import dev.stoa.run.Runs;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/**
 * The installation inside the framework. Every reference is optional: {@code doctor} must be able
 * to say what is wrong when the kernel itself is broken.
 */
@Component(service = Installation.class)
public final class KernelServices implements Installation {
  private final BundleContext context;
  private final Set<String> watched = ConcurrentHashMap.newKeySet();

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  volatile Runs runs;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  volatile RunFiles files;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  volatile Catalogue catalogue;

  /** In the framework of this bundle. */
  @Activate
  public KernelServices(BundleContext context) {
    this.context = context;
  }

  @Override
  public Runs runs() {
    return present(runs, "run manager (dev.stoa.runs)");
  }

  @Override
  public RunFiles files() {
    return present(files, "reader of run files (dev.stoa.config)");
  }

  @Override
  public Catalogue catalogue() {
    return present(catalogue, "catalogue (dev.stoa.runs)");
  }

  private static <S> S present(S service, String what) {
    return Optional.ofNullable(service)
        .orElseThrow(
            () -> new IllegalStateException("the " + what + " does not run; see stoa doctor"));
  }

  @Override
  public Registration listen(RunListener listener) {
    ServiceRegistration<RunListener> registration =
        context.registerService(RunListener.class, listener, null);
    return () -> {
      try {
        registration.unregister();
      } catch (IllegalStateException alreadyGone) {
        // This bundle was stopped meanwhile, and the framework took its services back itself.
        return;
      }
    };
  }

  @Override
  public Set<String> watched() {
    return watched;
  }

  @Override
  public Optional<String> property(String name) {
    return Optional.ofNullable(context.getProperty(name));
  }

  @Override
  public void updateBundle(String symbolicName) {
    Bundle bundle =
        Arrays.stream(context.getBundles())
            .filter(each -> symbolicName.equals(each.getSymbolicName()))
            .max(Comparator.comparing(Bundle::getVersion))
            .orElseThrow(() -> new IllegalStateException("no bundle " + symbolicName));
    try {
      bundle.update();
    } catch (BundleException e) {
      throw new IllegalStateException("cannot update " + symbolicName, e);
    }
  }
}
