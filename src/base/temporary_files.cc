#include "base/temporary_files.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <climits>

namespace calculon {
namespace {

enum class Use { kFree, kChanging, kNamed };

struct Place {
  std::atomic<Use> use{Use::kFree};
  std::array<char, PATH_MAX> path{};
};

// One for each file that is open at a time, of which every thread of a study has one at most. The
// names are never freed, so that a handler reads a name of ours whatever other threads do.
constexpr std::size_t kMostFiles = 256;
std::array<Place, kMostFiles> places;

}  // namespace

int remember_temporary_file(const std::string& path) {
  if (path.size() >= PATH_MAX) {
    return kNoPlace;  // nor can it be opened
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    Use expected = Use::kFree;
    if (places[i].use.compare_exchange_strong(expected, Use::kChanging)) {
      *std::copy(path.begin(), path.end(), places[i].path.begin()) = '\0';
      places[i].use = Use::kNamed;
      return static_cast<int>(i);
    }
  }
  return kNoPlace;
}

void forget_temporary_file(int place) {
  if (place != kNoPlace) {
    places[static_cast<std::size_t>(place)].use = Use::kFree;
  }
}

void remove_temporary_files() {
  for (Place& place : places) {
    if (place.use == Use::kNamed) {
      unlink(place.path.data());
    }
  }
}

}  // namespace calculon
