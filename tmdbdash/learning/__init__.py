"""Learning from the stored films; imported only by the commands that train or predict.

``features`` turns columns into numbers, ``models`` is the registry, ``evaluate`` fits and measures,
``model_files`` keeps fitted models on disk, ``training`` and ``scoring`` are the two jobs.
"""

import os

# Read once by the OpenMP runtime, when scikit-learn loads it: idle threads that spin instead of
# sleeping make fits on a busy small machine several times slower.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
