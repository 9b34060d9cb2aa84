"""`python -m planner`: the same as `planner`."""

if __name__ == "__main__":  # not in a child process, which loads this file too
    from planner.surroundings import leave_out_current_folder

    leave_out_current_folder()

    from planner.cli.main import main

    main()
