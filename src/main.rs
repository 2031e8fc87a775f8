//! The program: arguments in, exit code out.

/// A compilation is many small nodes, made and dropped on every thread: half of its time went to the
/// system's allocator. Without huge pages, which would double the memory of a small project.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    carat::cli::main()
}
