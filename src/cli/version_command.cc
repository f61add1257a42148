#include "cli/commands.h"

namespace calculon {

Action setup_version(CLI::App&) {
  return [](Console& console) {
    console.log->info(CALCULON_VERSION);
    return kExitSuccess;
  };
}

}  // namespace calculon
