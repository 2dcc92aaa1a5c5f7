/// Brings the users into the view at the start: from the file of the last stop where the store says
/// that it still holds, and from the store where not; and writes that file at a stop.
///
/// Ownership: refers to its parts. Threads: one at a time. Errors: kUnavailable as the store; a
/// file that cannot be used is no error.
#pragma once

#include <string>

#include "kernel/base/deadline.h"
#include "kernel/base/result.h"
#include "kernel/domain/ports/documents.h"
#include "kernel/domain/ports/stores.h"
#include "kernel/view/memory_view.h"

namespace tenantry::main {

struct LoadedView {
    std::uint64_t users = 0;      ///< all
    std::uint64_t fromStore = 0;  ///< of them
    std::string fileNotUsed;      ///< why; empty when it was
};

class ViewKeeper {
  public:
    struct Parts {
        domain::UserStore& users;
        domain::DocumentStore& documents;
        view::MemoryView& view;
    };
    /// `file`: where the view is kept. `node`: the name of this server among those of one store.
    ViewKeeper(const Parts& parts, std::string file, std::string node)
        : parts_(parts), file_(std::move(file)), node_(std::move(node)) {}

    /// REQUIRES: tree and connections are in the view. The file is used up: a stop without save()
    /// leaves none.
    base::Result<LoadedView> load(base::Deadline deadline);
    /// For the next load(). A failure costs that one some seconds, and nothing else.
    base::Status save(base::Deadline deadline) const;

  private:
    /// The connections whose users the file did not bring.
    base::Result<std::vector<base::ConnectionId>> restore(
        const view::MemoryView::Revisions& revisions, base::Deadline deadline);

    Parts parts_;
    std::string file_;
    std::string node_;
};

}  // namespace tenantry::main
