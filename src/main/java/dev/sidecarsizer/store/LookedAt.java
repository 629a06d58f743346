package dev.sidecarsizer.store;

import java.util.Optional;

/** Has profiles remembered, and lets somebody look on. */
record LookedAt(Remembered remembered, String ownNamespace, Onlooker onlooker) implements Remembered {

    @Override
    public void remember(StoredObject object) {
        remembered.remember(object);
        Optional<StoredProfile> profile = StoredProfile.of(object, ownNamespace);
        if (profile.isPresent()) {
            onlooker.sees(profile.get());
        } else {
            onlooker.misses(object.path());
        }
    }

    @Override
    public void forget(String path) {
        remembered.forget(path);
        onlooker.misses(path);
    }
}
