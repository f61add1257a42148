#include "search/free_setting_lists.h"

#include <algorithm>
#include <utility>

namespace calculon {

bool FreeSettingLists::Known::serves(const ChoiceContext& context) const {
  const SpaceOptions& options = context.options;
  return kind == options.kind && corrected == options.corrected && distinct == options.distinct &&
         fused_activation == options.fused_activation && has_tier2 == context.has_tier2 &&
         tensor_parallel == context.tensor_parallel && data_parallel == context.data_parallel &&
         filter == options.filter;
}

FreeSettingLists::List FreeSettingLists::list(const ChoiceContext& context) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(known_.begin(), known_.end(),
                                  [&](const Known& known) { return known.serves(context); });
  if (found != known_.end()) {
    return found->list;
  }
  constexpr std::size_t kMostKnown = 64;  // a search of one study after the other needs no more
  if (known_.size() == kMostKnown) {
    known_.erase(known_.begin());
  }
  const SpaceOptions& options = context.options;
  auto made = std::make_shared<const std::vector<SettingValues>>(list_free_settings(context));
  known_.push_back({options.kind, options.corrected, options.distinct, options.fused_activation,
                    options.filter, context.has_tier2, context.tensor_parallel,
                    context.data_parallel, made});
  return made;
}

}  // namespace calculon
