/// The file that this code was loaded from, a program or a library, as the loader names it; NULL where
/// it does not say. The fixtures are in a folder beside that file.
const char *packaged_fixtures_image(void);
