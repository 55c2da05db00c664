if [ -z "$NOT_HERE" ]; then
    export https_proxy="http://other.corp:8080"
fi
no_proxy=localhost
