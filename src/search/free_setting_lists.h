#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "calculon/search/space_options.h"
#include "calculon/strategy/setting_filter.h"
#include "search/search_settings.h"

namespace calculon {

// Lists of free settings for many spaces. They do not depend on the numbers of processors and
// samples, so that the spaces of a study share most of theirs. Safe to use from any thread.
class FreeSettingLists {
 public:
  using List = std::shared_ptr<const std::vector<SettingValues>>;

  // list_free_settings() of this context, made if there is none yet.
  List list(const ChoiceContext& context);

 private:
  // All that the list of a context depends on, with the list.
  struct Known {
    SpaceKind kind;
    bool corrected;
    bool distinct;
    std::vector<bool> fused_activation;
    SettingFilter filter;
    bool has_tier2;
    bool tensor_parallel;
    bool data_parallel;
    List list;

    bool serves(const ChoiceContext& context) const;
  };

  std::mutex mutex_;
  std::vector<Known> known_;
};

}  // namespace calculon
